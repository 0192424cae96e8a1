package io.espalier.spark.export;

import static io.espalier.spark.export.TranscriptTable.segment;
import static io.espalier.spark.export.TranscriptTable.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.export.format.CueStyle;
import io.espalier.spark.export.format.FormatName;
import io.espalier.spark.export.format.ParsedSubtitles;
import io.espalier.spark.storage.FarFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
  @TempDir Path directory;

  private SparkSession spark = TestSpark.session();
  private String scheme = "file:";
  private boolean together;
  private boolean merged;
  private ExportOptions.Text text = ExportOptions.Text.HYPOTHESIS;
  private Optional<String> run = Optional.empty();
  private Optional<String> manifest = Optional.empty();

  @Test
  void everyRecordingOfTheLatestRunGetsAFile() throws IOException {
    String table =
        TranscriptTable.plain()
            .ok("2026-01", "old", 2, segment(0, 2, "Old."))
            .ok("2026-02", "a.wav", 4, segment(0, 1.5, "One."), segment(2, 4, "Two words."))
            .ok("2026-02", "dir/b.wav", 3, "No segments here")
            .ok("2026-02", "silent", 3, "")
            .failed("2026-02", "broken")
            .write();
    Export.Result result = export(table, FormatName.SRT);
    assertThat(result).isEqualTo(new Export.Result("2026-02", 3, 3, 1, 0));
    assertThat(files().keySet()).containsExactly("a.srt", "dir_b.srt", "silent.srt");
    assertThat(ParsedSubtitles.of(directory.resolve("a.srt"), "srt"))
        .containsExactly(
            new ParsedSubtitles.Parsed(0, 1500, "One."),
            new ParsedSubtitles.Parsed(2000, 4000, "Two words."));
    assertThat(ParsedSubtitles.of(directory.resolve("dir_b.srt"), "srt"))
        .containsExactly(new ParsedSubtitles.Parsed(0, 3000, "No segments here"));
  }

  @Test
  void aRunCanBeNamed() throws IOException {
    String table = TranscriptTable.plain().ok("a", "x", 2, "Old").ok("b", "x", 2, "New").write();
    run = Optional.of("a");
    export(table, FormatName.TXT);
    assertThat(files()).containsEntry("x.txt", "Old\n");
    run = Optional.of("c");
    assertThatThrownBy(() -> export(table, FormatName.TXT))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot find run: c")
        .hasMessageContaining("[a, b]");
  }

  @Test
  void recordingsWithTheSameNameGetFilesOfTheirOwn() throws IOException {
    String table =
        TranscriptTable.plain()
            .ok("r", "a/x", 2, "first")
            .ok("r", "a:x", 2, "second")
            .ok("r", "A_X", 2, "third")
            .ok("r", "y", 2, "fourth")
            .write();
    assertThat(export(table, FormatName.TXT).files()).isEqualTo(4);
    assertThat(files()).hasSize(4).containsKey("y.txt");
    assertThat(files().values())
        .containsExactlyInAnyOrder("first\n", "second\n", "third\n", "fourth\n");
    assertThat(files().keySet().stream().map(name -> name.toUpperCase(Locale.ROOT)))
        .doesNotHaveDuplicates();
  }

  @Test
  void filesThatAreThereAreReplacedAndNothingElseIsLeft() throws IOException {
    Files.writeString(directory.resolve("x.txt"), "something longer that was there");
    export(TranscriptTable.plain().ok("r", "x", 2, "new").write(), FormatName.TXT);
    try (Stream<Path> all = Files.list(directory)) {
      assertThat(all.map(file -> file.getFileName().toString())).containsExactly("x.txt");
    }
    assertThat(files()).containsEntry("x.txt", "new\n");
  }

  @Test
  void filesGoToAnyStorage() throws IOException {
    spark = TestSpark.session().newSession();
    spark.conf().set(FarFileSystem.KEY, FarFileSystem.class.getName());
    scheme = "far:";
    String table = TranscriptTable.plain().ok("r", "x", 2, "far away").write();
    assertThat(export(table, FormatName.TXT).files()).isEqualTo(1);
    together = true;
    export(table, FormatName.TXT);
    assertThat(files())
        .containsOnly(Map.entry("x.txt", "far away\n"), Map.entry("all", "x far away\n"));
  }

  @Test
  void oneFileHasAllRecordingsInOrder() throws IOException {
    TranscriptTable rows = TranscriptTable.plain();
    for (int i = 999; i >= 100; i--) {
      rows.ok("r", "u" + i, 2, "text " + i);
    }
    together = true;
    Export.Result result = export(rows.write(), FormatName.TXT);
    assertThat(result.recordings()).isEqualTo(900);
    List<String> lines = Files.readAllLines(directory.resolve("all"));
    assertThat(lines).hasSize(900).isSorted().startsWith("u100 text 100").endsWith("u999 text 999");
  }

  @Test
  void subtitlesOfSeveralRecordingsAreNotOneFile() throws IOException {
    together = true;
    String two = TranscriptTable.plain().ok("r", "a", 2, "x").ok("r", "b", 2, "y").write();
    assertThatThrownBy(() -> export(two, FormatName.SRT))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("srt is for one recording");
    export(TranscriptTable.plain().ok("r", "a", 2, "x").write(), FormatName.VTT);
    assertThat(ParsedSubtitles.of(directory.resolve("all"), "webvtt")).hasSize(1);
  }

  @Test
  void wordsOfTheTableAreUsed() throws IOException {
    Row[] words = {word("Hello", 0.5, 0.9), word("there", 1.25, 2)};
    together = true;
    export(
        TranscriptTable.withWords().ok("r", "a", 4, "Hello there", (Object) words).write(),
        FormatName.CTM);
    assertThat(directory.resolve("all"))
        .content()
        .endsWith("\na 1 0.500 0.400 Hello 0.500\na 1 1.250 0.750 there 0.500\n")
        .doesNotContain("divided");
  }

  @Test
  void referencesCanBeExportedToScoreAgainst() throws IOException {
    together = true;
    text = ExportOptions.Text.REFERENCE;
    export(
        TranscriptTable.plain().ok("r", "a", 4, segment(1, 2, "what it was")).write(),
        FormatName.STM);
    assertThat(directory.resolve("all"))
        .content()
        .endsWith("\na 1 Speaker_3 0.000 4.000 <eng> what was said\n");
  }

  @Test
  void partsOfARecordingComeOutAsOne() throws IOException {
    merged = true;
    String table =
        TranscriptTable.withParts()
            .ok("r", "p2", 5, "Later.", "s3a://calls/call.wav", 60.0)
            .ok("r", "p1", 5, "Earlier.", "s3a://calls/call.wav", 10.0)
            .ok("r", "q", 5, "Elsewhere.", "s3a://calls/other.wav", null)
            .write();
    assertThat(export(table, FormatName.SRT).recordings()).isEqualTo(2);
    assertThat(ParsedSubtitles.of(directory.resolve("call.srt"), "srt"))
        .containsExactly(
            new ParsedSubtitles.Parsed(10_000, 15_000, "Speaker 3: Earlier."),
            new ParsedSubtitles.Parsed(60_000, 65_000, "Later."));
    assertThat(files()).containsKey("other.srt");
  }

  @Test
  void partsAndSpeakersComeFromTheManifest() throws IOException {
    merged = true;
    Path list = directory.resolve("list.jsonl");
    Files.writeString(
        list,
        """
        {"utt_id": "p1", "audio": "/calls/call.wav", "start_s": 0, "speaker_id": "Anna"}
        {"utt_id": "p2", "audio": "/calls/call.wav", "start_s": 4, "speaker_id": "Ben"}
        """);
    manifest = Optional.of(list.toString());
    String table = TranscriptTable.plain().ok("r", "p1", 5, "Yes.").ok("r", "p2", 5, "No.").write();
    export(table, FormatName.STM);
    assertThat(files().get("call.stm"))
        .endsWith("\ncall 1 Anna 0.000 5.000 <eng> Yes.\ncall 1 Ben 4.000 9.000 <eng> No.\n");

    String other = TranscriptTable.plain().ok("r", "unknown", 5, "Yes.").write();
    assertThatThrownBy(() -> export(other, FormatName.STM))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has no row with utt_id unknown");
  }

  @Test
  void partsWithoutTheirPlacesAreRefused() {
    merged = true;
    String table = TranscriptTable.plain().ok("r", "p1", 5, "Yes.").write();
    assertThatThrownBy(() -> export(table, FormatName.SRT))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no columns audio, start_s. Give --manifest");
  }

  @Test
  void rowsThatAreThereTwiceAreRefused() {
    String table = TranscriptTable.plain().ok("r", "a", 5, "x").ok("r", "a", 5, "y").write();
    assertThatThrownBy(() -> export(table, FormatName.SRT))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("more than one row for utt_id [a]");
  }

  @Test
  void nothingToExportIsRefused() {
    String table = TranscriptTable.plain().failed("r", "a").write();
    assertThatThrownBy(() -> export(table, FormatName.SRT))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("none of its rows has a hypothesis");
  }

  @Test
  void timesThatMakeNoSenseArePutRight() throws IOException {
    Row[] odd = {
      segment(3, 1, "Back."),
      RowFactory.create(null, null, "Nowhere."),
      segment(2, 99, "Beyond."),
      segment(4, 4, " "),
      segment(Double.NaN, Double.POSITIVE_INFINITY, "Nothing.")
    };
    export(TranscriptTable.plain().ok("r", "a", 5, odd).write(), FormatName.TSV);
    assertThat(files().get("a.tsv"))
        .isEqualTo(
            """
            start\tend\ttext
            3000\t3000\tBack.
            3000\t3000\tNowhere.
            3000\t5000\tBeyond.
            4000\t4000\tNothing.
            """);
  }

  private Export.Result export(String table, FormatName format) throws IOException {
    String output = scheme + (together ? directory.resolve("all") : directory);
    ExportOptions.Call call =
        new ExportOptions.Call(format, text, output, together, merged, run, manifest);
    CueStyle style = new CueStyle(2, 42, 21, 1, 7, 0.08);
    return new Export(spark, new ExportOptions(call, table, style)).run();
  }

  private Map<String, String> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.collect(
          Collectors.toMap(
              file -> file.getFileName().toString(), ExportTest::read, (a, b) -> a, TreeMap::new));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
