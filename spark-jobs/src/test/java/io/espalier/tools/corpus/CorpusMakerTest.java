package io.espalier.tools.corpus;

import static io.espalier.audio.Waveform.SAMPLE_RATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.tools.corpus.sound.AudioFormat;
import io.espalier.tools.corpus.sound.AudioWriter;
import io.espalier.tools.corpus.sound.Signals;
import io.espalier.tools.corpus.voice.EspeakSynthesizer;
import io.espalier.tools.corpus.voice.Synthesizer;
import io.espalier.tools.corpus.voice.Voice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CorpusMakerTest {
  private static final Map<AudioFormat, Integer> WAV = Map.of(AudioFormat.WAV, 1);

  @TempDir Path directory;

  @Test
  void theSameSeedGivesTheSameFilesByteForByte() throws Exception {
    CorpusRecipe recipe = TestRecipes.of(11, Split.DEV, 6, WAV);
    CorpusMaker.make(recipe, directory.resolve("one"), new ToneSynthesizer());
    CorpusMaker.make(recipe, directory.resolve("two"), new ToneSynthesizer());
    for (JsonObject row : manifest(directory.resolve("one"))) {
      String audio = row.get("audio").getAsString();
      assertThat(directory.resolve("two").resolve(audio))
          .hasSameBinaryContentAs(directory.resolve("one").resolve(audio));
    }
    assertThat(directory.resolve("two/manifest.jsonl"))
        .hasSameTextualContentAs(directory.resolve("one/manifest.jsonl"));
  }

  @Test
  void everyConditionIsAudibleAndNeverClips() throws Exception {
    CorpusMaker.make(TestRecipes.of(12, Split.TRAIN, 14, WAV), directory, new ToneSynthesizer());
    List<JsonObject> rows = manifest(directory);
    assertThat(rows).hasSize(56);
    assertThat(rows.stream().map(row -> row.get("condition").getAsString()).distinct())
        .hasSize(Condition.values().length);
    for (JsonObject row : rows) {
      float[] samples = wav(directory.resolve(row.get("audio").getAsString()));
      assertThat(Signals.peak(samples)).isLessThanOrEqualTo(0.9001f);
      assertThat(20 * Math.log10(Signals.rms(samples))).isBetween(-26.1, -15.0);
    }
  }

  @Test
  void noiseHasTheSignalToNoiseRatioOfItsRow() throws Exception {
    PlannedUtterance noisy = utterance(Condition.WHITE);
    float[] samples = new SpeechRenderer(new ToneSynthesizer(), List.of()).render(noisy);
    // The first 0.1 s are silence at least, so they hold the noise alone.
    float[] silence = Arrays.copyOf(samples, SAMPLE_RATE / 10);
    double noise = Signals.rms(silence);
    double speech =
        Math.sqrt(Math.pow(Signals.rms(samples), 2) - noise * noise)
            * Math.sqrt((double) samples.length / speechLength(noisy));
    assertThat(20 * Math.log10(speech / noise)).isCloseTo(noisy.snrDb().orElseThrow(), within(0.7));
  }

  @ParameterizedTest
  @EnumSource(AudioFormat.class)
  void everyFormatDecodesToWhatWasWritten(AudioFormat format) throws Exception {
    float[] samples =
        new SpeechRenderer(new ToneSynthesizer(), List.of()).render(utterance(Condition.CLEAN));
    Path file = directory.resolve("tone." + format.label());
    AudioWriter.write(file, format, samples);
    float[] decoded = decode(file);
    double seconds = (double) samples.length / SAMPLE_RATE;
    // Lossy codecs add a frame or two of their own: at most 0.15 s.
    assertThat((double) decoded.length / SAMPLE_RATE).isBetween(seconds - 0.001, seconds + 0.15);
    assertThat(20 * Math.log10(Signals.rms(decoded) / Signals.rms(samples)))
        .isCloseTo(0, within(1.0));
  }

  @Test
  void rowsNameTheirTextsVoiceAndTask() throws Exception {
    CorpusMaker.make(TestRecipes.of(13, Split.TEST, 4, WAV), directory, new ToneSynthesizer());
    for (JsonObject row : manifest(directory)) {
      String task = row.get("task").getAsString();
      assertThat(row.get("reference"))
          .isEqualTo(row.get(task.equals("asr") ? "transcript" : "translation"));
      assertThat(row.get("speaker_id").getAsString())
          .matches(row.get("language").getAsString() + "-[a-z0-9]+-p\\d+-s\\d+");
      assertThat(row.get("split").getAsString()).isEqualTo("test");
      assertThat(row.has("snr_db"))
          .isEqualTo(
              Condition.valueOf(row.get("condition").getAsString().toUpperCase(Locale.ROOT))
                  .noisy());
    }
  }

  @Test
  void refusesADirectoryThatHoldsAudioAlready() throws Exception {
    Files.createDirectory(directory.resolve("audio"));
    assertThatThrownBy(
            () ->
                CorpusMaker.make(
                    TestRecipes.of(1, Split.TEST, 1, WAV), directory, new ToneSynthesizer()))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("audio exists. Remove it or give another directory");
  }

  @Test
  void aSynthesizerThatFailsLeavesNoManifest() {
    Synthesizer broken =
        (text, voice, speed) -> {
          throw new IOException("Cannot speak");
        };
    assertThatThrownBy(
            () -> CorpusMaker.make(TestRecipes.of(1, Split.TEST, 1, WAV), directory, broken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Cannot speak");
    assertThat(directory.resolve("manifest.jsonl")).doesNotExist();
  }

  @Test
  void aMissingProgramIsNamedWithTheWayToGetIt() {
    Voice voice = VoiceCatalog.builtIn().voices(Split.TEST, "eng").get(0);
    assertThatThrownBy(() -> new EspeakSynthesizer("no-such-program").speak("hello", voice, 150))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot run no-such-program. Install it (apt-get install espeak-ng)");
  }

  private static PlannedUtterance utterance(Condition condition) {
    CorpusRecipe recipe = TestRecipes.of(5, Split.TEST, 14, WAV);
    return new CorpusPlan(recipe, Grammar.of(Vocabulary.SIMPLE), VoiceCatalog.builtIn())
        .utterances().stream()
            .filter(utterance -> utterance.condition() == condition)
            .findFirst()
            .orElseThrow();
  }

  private static int speechLength(PlannedUtterance utterance) throws Exception {
    return SpeechRenderer.speak(
            new ToneSynthesizer(), utterance.transcript(), utterance.voice(), utterance.speed())
        .samples()
        .length;
  }

  static List<JsonObject> manifest(Path corpus) throws IOException {
    List<JsonObject> rows = new ArrayList<>();
    for (String line : Files.readAllLines(corpus.resolve("manifest.jsonl"))) {
      rows.add(JsonParser.parseString(line).getAsJsonObject());
    }
    return rows;
  }

  private static float[] wav(Path file) throws IOException {
    ShortBuffer pcm =
        ByteBuffer.wrap(Files.readAllBytes(file))
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(44)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asShortBuffer();
    float[] samples = new float[pcm.remaining()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = pcm.get(i) / 32768f;
    }
    return samples;
  }

  /** Samples at 16 kHz by FFmpeg's own decoder and resampler. */
  static float[] decode(Path file) throws IOException {
    List<ShortBuffer> blocks = new ArrayList<>();
    int length = 0;
    try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile())) {
      grabber.setSampleRate(SAMPLE_RATE);
      grabber.setAudioChannels(1);
      grabber.start();
      for (Frame frame = grabber.grabSamples(); frame != null; frame = grabber.grabSamples()) {
        ShortBuffer block = (ShortBuffer) frame.samples[0];
        short[] copy = new short[block.remaining()];
        block.get(copy);
        length += copy.length;
        blocks.add(ShortBuffer.wrap(copy));
      }
    }
    float[] samples = new float[length];
    int i = 0;
    for (ShortBuffer block : blocks) {
      while (block.hasRemaining()) {
        samples[i++] = block.get() / 32768f;
      }
    }
    return samples;
  }
}
