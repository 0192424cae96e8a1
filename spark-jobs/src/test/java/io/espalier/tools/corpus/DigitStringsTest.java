package io.espalier.tools.corpus;

import static io.espalier.audio.Waveform.SAMPLE_RATE;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.espalier.conf.UsageException;
import io.espalier.tools.corpus.sound.Signals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitStringsTest {
  private static final int RATE = 8000;
  private static final int SAMPLES = RATE / 4;

  @TempDir private Path directory;
  private Path recordings;

  @BeforeEach
  void twoSpeakersSayEachDigitTwelveTimes() throws IOException {
    recordings = Files.createDirectory(directory.resolve("recordings"));
    for (String speaker : List.of("ann", "bob")) {
      for (int digit = 0; digit < 10; digit++) {
        for (int index = 0; index < 12; index++) {
          wav(recordings.resolve(digit + "_" + speaker + "_" + index + ".wav"), digit);
        }
      }
    }
    Files.writeString(recordings.resolve("README.md"), "not a recording");
  }

  @Test
  void aHeldOutSpeakerIsInTheTestAlone() throws IOException {
    Path sets = directory.resolve("sets");
    assertThat(DigitStrings.make(recordings, sets, Optional.of("bob"), 1))
        .isEqualTo(Map.of("train", 400, "dev", 10, "test", 100));
    assertThat(speakers(sets, "train")).containsExactly("ann");
    assertThat(speakers(sets, "dev")).containsExactly("ann");
    assertThat(speakers(sets, "test")).containsExactly("bob");
  }

  @Test
  void enrolledSpeakersAreInAllSets() throws IOException {
    Path sets = directory.resolve("sets");
    assertThat(DigitStrings.make(recordings, sets, Optional.empty(), 1))
        .isEqualTo(Map.of("train", 800, "dev", 20, "test", 50));
    for (String set : List.of("train", "dev", "test")) {
      assertThat(speakers(sets, set)).containsExactlyInAnyOrder("ann", "bob");
    }
  }

  @Test
  void aStringIsAsLongAsItsDigitsAndPauses() throws IOException {
    Path sets = directory.resolve("sets");
    DigitStrings.make(recordings, sets, Optional.of("bob"), 1);
    for (JsonObject row : CorpusMakerTest.manifest(sets.resolve("test")).subList(0, 10)) {
      float[] samples =
          CorpusMakerTest.decode(sets.resolve("test").resolve(row.get("audio").getAsString()));
      int digits = row.get("reference").getAsString().split(" ", -1).length;
      assertThat(digits).isBetween(3, 7);
      double pauses = (double) samples.length / SAMPLE_RATE - 0.25 * digits;
      assertThat(pauses).isBetween(0.08 * (digits + 1) - 0.01, 0.35 * (digits + 1) + 0.01);
      assertThat(Signals.peak(samples)).isLessThanOrEqualTo(0.91f);
    }
  }

  @Test
  void theSameSeedGivesTheSameFiles() throws IOException {
    DigitStrings.make(recordings, directory.resolve("one"), Optional.of("ann"), 3);
    DigitStrings.make(recordings, directory.resolve("two"), Optional.of("ann"), 3);
    assertThat(directory.resolve("two/train/manifest.jsonl"))
        .hasSameTextualContentAs(directory.resolve("one/train/manifest.jsonl"));
    assertThat(directory.resolve("two/test/audio/test-ann-0007.flac"))
        .hasSameBinaryContentAs(directory.resolve("one/test/audio/test-ann-0007.flac"));
  }

  @Test
  void refusesAnUnknownSpeakerAndADirectoryWithoutRecordings() {
    assertThatThrownBy(
            () -> DigitStrings.make(recordings, directory.resolve("x"), Optional.of("eve"), 1))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot hold out speaker eve: the speakers are ann, bob");
    assertThatThrownBy(
            () -> DigitStrings.make(directory, directory.resolve("x"), Optional.empty(), 1))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("they must be named DIGIT_SPEAKER_INDEX.wav");
  }

  private static Set<String> speakers(Path sets, String set) throws IOException {
    return CorpusMakerTest.manifest(sets.resolve(set)).stream()
        .map(row -> row.get("speaker_id").getAsString())
        .collect(toSet());
  }

  /** A quarter of a second of a tone, whose pitch is the digit's. */
  private static void wav(Path file, int digit) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(44 + Short.BYTES * SAMPLES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(24, RATE).position(44);
    for (int i = 0; i < SAMPLES; i++) {
      bytes.putShort((short) (8000 * Math.sin(2 * Math.PI * (200 + 50 * digit) * i / RATE)));
    }
    Files.write(file, bytes.array());
  }
}
