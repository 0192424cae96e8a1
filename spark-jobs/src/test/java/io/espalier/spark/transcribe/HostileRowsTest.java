package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.audio.decoder.HostileAudio;
import io.espalier.audio.decoder.HostileAudio.Sound;
import io.espalier.spark.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job over strangers' files: exactly one row each, whatever is in them. */
class HostileRowsTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final long SEED = Long.getLong("espalier.test.seed", 23);

  /** None of them is a sound file that a job may read. */
  private static final List<String> BAD_PLACES =
      List.of(
          "/dev/zero",
          "file:///dev/zero",
          "/dev/stdin",
          "/proc/self/environ",
          "../../../../../../etc/passwd",
          "http://127.0.0.1:9/x.wav",
          "jar:file:///x.jar!/a.wav",
          "s3a://",
          "file:",
          ":",
          "//",
          "a\u0000.wav",
          "/a\nb\u001b[2J.wav",
          "%00",
          "data:audio/wav;base64,UklGRg==",
          "| cat /etc/passwd |",
          "$(touch owned)",
          "/" + "x".repeat(10_000),
          "/" + "x/".repeat(5_000));

  @TempDir Path directory;

  @Test
  void idsAndPathsOfAllKindsCostOneRowEach() throws Exception {
    TranscribeJob job = new TranscribeJob(SPARK, directory);
    byte[] wav = Files.readAllBytes(job.wav(9));
    int sound = 0;
    for (char c = ' '; c < 0x7f; c++) {
      if (c != '/' && !Character.isLetterOrDigit(c)) {
        Path file = Files.write(directory.resolve("a" + c + c + "b.wav"), wav);
        job.row("id" + c + c + "b", file.toString());
        sound++;
      }
    }
    for (String place : BAD_PLACES) {
      job.row("bad \u0001\n" + place, place);
    }
    job.writeManifest().run(FakeTranscribers.sound("odd"));

    assertThat(job.assertOneRowPerInput())
        .filteredOn(row -> row.getAs("status").equals("ok"))
        .hasSize(sound)
        .noneMatch(row -> row.<String>getAs("utt_id").startsWith("bad"));
  }

  @Test
  @Tag("slow")
  void threeHundredHostileFilesCostOneRowEach() throws Exception {
    TranscribeJob job = new TranscribeJob(SPARK, directory).option("audio-timeout-s", "10");
    for (Sound file : HostileAudio.files(SEED, 300)) {
      Path audio = Files.write(directory.resolve(file.name()), file.bytes());
      job.row(file.name(), audio.toString());
    }
    job.writeManifest().run(FakeTranscribers.sound("hostile"));
    long ok =
        job.assertOneRowPerInput().stream().filter(row -> row.getAs("status").equals("ok")).count();
    System.out.printf(Locale.ROOT, "300 rows (seed %d): %d ok%n", SEED, ok);
    assertThat(ok).isBetween(1L, 299L);
  }
}
