package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.DriverProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A recording of ten minutes among a hundred of six seconds, on two executors of one core. */
@Tag("slow")
class StragglerTest {
  /** Each executor has ten minutes of audio, so none can be done before that. */
  private static final double BEST_S = StragglerDriver.LONG_S / StragglerDriver.SPEED;

  @TempDir Path directory;

  /** Commits of a few rows take slots too, more of them on a machine that has other work. */
  @ParameterizedTest
  @CsvSource({"2000, 1.1", "20, 1.3"})
  void noExecutorWaitsForTheLongRecording(String commitEvery, double most) throws Exception {
    String said = run(commitEvery);
    Matcher span = Pattern.compile("span=([0-9.]+)").matcher(said);
    assertThat(span.find()).as(said).isTrue();
    double seconds = Double.parseDouble(span.group(1));
    System.out.printf(
        Locale.ROOT,
        "commit-every %s: %.1f s, best possible %.1f s%n",
        commitEvery,
        seconds,
        BEST_S);
    assertThat(said).contains("rows=" + (StragglerDriver.SHORT + 1));
    assertThat(seconds).isBetween(BEST_S, most * BEST_S);
  }

  private String run(String commitEvery) throws IOException, InterruptedException {
    Process driver =
        DriverProcess.start(
            StragglerDriver.class,
            directory,
            List.of("local-cluster[2,1,512]", directory.toString(), commitEvery));
    assertThat(driver.waitFor(4, TimeUnit.MINUTES)).as("the driver ends").isTrue();
    String said = Files.readString(DriverProcess.log(directory));
    assertThat(driver.exitValue()).as("log: %s", said).isZero();
    return said;
  }
}
