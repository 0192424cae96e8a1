package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.audio.decoder.HostileAudio;
import io.espalier.audio.decoder.HostileAudio.Sound;
import io.espalier.spark.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job over strangers' files: exactly one row each, whatever is in them. */
class HostileRowsTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final long SEED = Long.getLong("espalier.test.seed", 23);

  @TempDir Path directory;

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
