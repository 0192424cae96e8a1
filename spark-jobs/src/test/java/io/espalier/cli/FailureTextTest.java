package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.conf.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class FailureTextTest {
  private static final String TASK =
      """
      Job aborted due to stage failure: Task 0 in stage 7.0 failed 4 times, most recent failure: \
      Lost task 0.3 in stage 7.0 (TID 12) (10.0.0.7 executor 1): java.io.IOException: Cannot find \
      bundle: no bundle.yaml in b on this machine
      \tat io.espalier.spark.bundle.BundleFiles.local(BundleFiles.java:70)
      \tat java.base/java.lang.Thread.run(Thread.java:840)
      Caused by: java.lang.IllegalStateException: closed
      \t... 12 more

      Driver stacktrace:\
      """;

  @Test
  void aSentenceOfOursStandsAlone() {
    assertThat(FailureText.of(new UsageException("Cannot find table: t")))
        .isEqualTo("Cannot find table: t");
    assertThat(FailureText.of(new UncheckedIOException(new IOException("Cannot read x: gone"))))
        .isEqualTo("Cannot read x: gone");
  }

  @Test
  void aCauseThatIsToldAlreadyIsNotToldAgain() {
    IOException cause = new IOException("disk full");
    assertThat(FailureText.of(new UncheckedIOException("Cannot write x: disk full", cause)))
        .isEqualTo("Cannot write x: disk full");
    assertThat(FailureText.of(new UncheckedIOException("Cannot write x", cause)).lines())
        .containsExactly("Cannot write x", "IOException: disk full");
  }

  @Test
  void aTaskThatFailedIsToldWithoutItsStackTrace() {
    assertThat(FailureText.of(new SparkException(TASK, null)).lines())
        .containsExactly(
            "A task failed on 10.0.0.7 executor 1:",
            "Cannot find bundle: no bundle.yaml in b on this machine",
            "IllegalStateException: closed");
  }

  @Test
  void textsOfOthersNeitherSteerTheTerminalNorFillIt() {
    String text = FailureText.of(new UsageException("Cannot read a\u001b[2J" + "x".repeat(50_000)));
    assertThat(text).startsWith("Cannot read a?[2Jxxx").endsWith("xxx...").hasSize(10_003);
  }

  @Test
  void filesThatAreNotThereOrForbiddenAreNamed() {
    assertThat(FailureText.of(new NoSuchFileException("/x/y"))).isEqualTo("Cannot find file: /x/y");
    assertThat(FailureText.of(new AccessDeniedException("/x/y")))
        .isEqualTo("Cannot open file, permission denied: /x/y");
  }

  @Test
  void aFailureThatSaysNothingIsNamed() {
    assertThat(FailureText.of(new IllegalStateException())).isEqualTo("IllegalStateException");
    assertThat(FailureText.of(new IllegalStateException("odd")))
        .isEqualTo("IllegalStateException: odd");
  }

  @Test
  void memoryThatIsShortComesWithTheFix() {
    assertThat(FailureText.of(new OutOfMemoryError("Java heap space")))
        .contains("ESPALIER_HEAP", "--driver-memory", "Java heap space");
  }

  @Test
  void aChainThatGoesInCirclesEnds() {
    IllegalStateException one = new IllegalStateException("one");
    IllegalStateException two = new IllegalStateException("two", one);
    one.initCause(two);
    assertThat(List.of(FailureText.of(one).split(System.lineSeparator(), -1)))
        .containsExactly("IllegalStateException: one", "IllegalStateException: two");
  }
}
