package io.espalier.tools.corpus;

import static io.espalier.audio.Waveform.SAMPLE_RATE;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.espalier.tools.corpus.sound.AudioFormat;
import io.espalier.tools.corpus.sound.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The demo data of the repository. */
class DemoCorpusTest {
  private static final Path DEMO = Path.of("src", "main", "demo");
  private static final long SIX_MEGABYTES = 6_000_000;
  private static final long TWENTY_MEGABYTES = 20_000_000;

  @Test
  void hasThirtyUtterancesInEachOfFourLanguages() throws IOException {
    assertThat(counts("language"))
        .isEqualTo(Map.of("eng", 30L, "deu", 30L, "fra", 30L, "ita", 30L));
    assertThat(counts("utt_id")).hasSize(120);
  }

  @Test
  void mixesTasksConditionsFormatsAndVoices() throws IOException {
    assertThat(counts("task")).isEqualTo(Map.of("asr", 75L, "st_eng", 45L));
    assertThat(counts("condition")).hasSize(6);
    assertThat(counts("format")).hasSize(AudioFormat.values().length);
    assertThat(counts("speaker_id")).hasSize(24);
  }

  @Test
  void isWhatItsRecipePlans() throws IOException {
    CorpusRecipe recipe = CorpusRecipe.read(Path.of("..", "conf", "recipes", "demo-corpus.yaml"));
    List<PlannedUtterance> plan =
        new CorpusPlan(recipe, Grammar.of(Vocabulary.SIMPLE), VoiceCatalog.builtIn()).utterances();
    assertThat(rows())
        .extracting(row -> text(row, "utt_id") + text(row, "audio") + text(row, "reference"))
        .isEqualTo(plan.stream().map(u -> u.id() + u.audio() + u.reference()).toList());
  }

  @Test
  void holdsTestSentencesOnly() throws IOException {
    assertThat(rows())
        .allSatisfy(row -> assertThat(Split.of(text(row, "translation"))).isEqualTo(Split.TEST));
  }

  @Test
  void theRecordingsStayUnderSixMegabytes() throws IOException {
    assertThat(size(DEMO.resolve("audio"))).isBetween(1L, SIX_MEGABYTES);
  }

  @Test
  void theModelStaysUnderTwentyMegabytes() throws IOException {
    assertThat(size(DEMO.resolve("bundle"))).isBetween(1L, TWENTY_MEGABYTES);
  }

  @Test
  void everyFileIsOneToSevenSecondsOfAudibleSpeech() throws IOException {
    for (JsonObject row : rows()) {
      float[] samples = CorpusMakerTest.decode(DEMO.resolve(text(row, "audio")));
      assertThat((double) samples.length / SAMPLE_RATE).as(text(row, "utt_id")).isBetween(1.5, 7.0);
      assertThat(20 * Math.log10(Signals.rms(samples))).isBetween(-28.0, -18.0);
      assertThat(Signals.peak(samples)).isLessThan(1);
    }
  }

  private static Map<String, Long> counts(String column) throws IOException {
    return rows().stream().collect(groupingBy(row -> text(row, column), counting()));
  }

  private static String text(JsonObject row, String column) {
    return row.get(column).getAsString();
  }

  private static List<JsonObject> rows() throws IOException {
    return CorpusMakerTest.manifest(DEMO);
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
