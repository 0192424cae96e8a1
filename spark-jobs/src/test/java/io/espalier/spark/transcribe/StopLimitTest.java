package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import io.espalier.spark.transcribe.TranscribeDriver.Trouble;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM for drivers one of whose rows does not come back, in processes of their own. */
@Tag("slow")
class StopLimitTest {
  private static final int LIMIT_S = 6;

  /** A process that ends has hooks to run, on a machine that others use too. */
  private static final double SLACK_S = 5;

  private static final String ONE_ROW_PER_TASK = TranscribeDriver.PARTITIONS + "=24";

  private static final Path DEMO = Path.of("src/main/demo/audio").toAbsolutePath();

  @TempDir Path directory;

  /**
   * Nothing would be committed until the end, and the other slot has done all other rows, of which
   * the last one may be on its way to the driver.
   */
  @Test
  void aRowThatHangsInNativeCodeCostsNoOtherRow() throws Exception {
    Recovery stopped =
        job("local[2]", Trouble.NATIVE_CODE_HANGS, TranscribeDriver.COMMIT_EVERY + "=1000")
            .terminatedAfter(Recovery.UTTERANCES - 1);
    int committed = stopped.rows().size();
    assertThat(committed).isBetween(Recovery.UTTERANCES - 2, Recovery.UTTERANCES - 1);
    assertThat(stopped.endedAfterS()).isLessThan(LIMIT_S + SLACK_S);
    assertThat(stopped.said())
        .contains("Stopped by SIGTERM: wrote " + committed + " rows")
        .doesNotContain("Could not finish");
    assertTheNextRunWrites(Recovery.UTTERANCES - committed);
  }

  /** The commit needs the only slot, which native code holds. */
  @Test
  void aSlotThatHangsEndsAtTheLimit() throws Exception {
    Recovery stopped =
        job("local[1]", Trouble.NATIVE_CODE_HANGS, TranscribeDriver.COMMIT_EVERY + "=4")
            .terminatedWhenItHangs(4);
    int committed = stopped.rows().size();
    assertThat(committed).isLessThan(Recovery.UTTERANCES);
    assertThat(stopped.endedAfterS()).isBetween((double) LIMIT_S, LIMIT_S + SLACK_S);
    assertThat(stopped.said()).contains("Could not finish within " + LIMIT_S + " s.");
    assertTheNextRunWrites(Recovery.UTTERANCES - committed);
  }

  /** Decoders hang from the start, each at the file that it was given. */
  @Test
  void aDecoderThatHangsCostsNoFinishedRow() throws Exception {
    TranscribeJob manifest = new TranscribeJob(TestSpark.session(), directory);
    for (int i = 0; i < Recovery.UTTERANCES; i++) {
      String encoded = i == 0 ? "demo-deu-00001.opus" : null;
      manifest.row(
          String.format(Locale.ROOT, "utt-%03d", i),
          (encoded == null ? manifest.wav(i) : DEMO.resolve(encoded)).toString());
    }
    manifest.writeManifest();
    Recovery stopped =
        job("local[2]", Trouble.SLOW, TranscribeDriver.COMMIT_EVERY + "=1000")
            .terminatedWhileDecodersHang(Recovery.UTTERANCES - 1);
    int committed = stopped.rows().size();
    assertThat(committed).isBetween(Recovery.UTTERANCES - 2, Recovery.UTTERANCES - 1);
    assertThat(stopped.endedAfterS()).isLessThan(LIMIT_S + SLACK_S);
    assertTheNextRunWrites(Recovery.UTTERANCES - committed);
  }

  private Recovery job(String master, Trouble trouble, String commitEvery) {
    return new Recovery(directory)
        .on(master)
        .with(ONE_ROW_PER_TASK, TranscribeDriver.STOP_TIMEOUT_S + "=" + LIMIT_S, commitEvery)
        .experiencing(trouble);
  }

  private void assertTheNextRunWrites(int rows) throws Exception {
    Recovery next = new Recovery(directory).on("local[2]").experiencing(Trouble.NONE).finishes();
    assertThat(next.written()).isEqualTo(rows);
  }
}
