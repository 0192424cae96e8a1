package io.espalier.spark.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.outcome.ErrorCode;
import io.espalier.spark.DriverProcess;
import io.espalier.spark.quarantine.Suspects.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InFlightFilesTest {
  private static final String ODD = "a\nb \u00fc\u0130/..";

  @TempDir Path directory;

  @Test
  void aProcessThatDiesLeavesItsRowsToTheNext() throws Exception {
    die("begin");
    Suspects suspects = restored();
    assertThat(suspects.known().suspects()).containsExactlyInAnyOrder(ODD, "b");
    assertThat(suspects.known().verdicts()).isEmpty();
    assertThat(restored().known().suspects()).as("read again").hasSize(2);
    die("alone");
    assertThat(restored().known().verdicts().get(ODD).code())
        .isEqualTo(ErrorCode.OUT_OF_MEMORY_KILLED);
    assertThat(restored().known().verdicts()).as("read again").containsOnlyKeys(ODD);
  }

  @Test
  void aProcessThatStoodStillSaysSo() throws Exception {
    die("begin");
    die("stalled");
    assertThat(restored().known().verdicts().get(ODD).code())
        .isEqualTo(ErrorCode.INFERENCE_TIMEOUT);
  }

  @Test
  void aProcessThatEndsInGoodOrderSuspectsNobody() throws Exception {
    assertThat(start("exit").waitFor()).isZero();
    assertThat(restored().known()).isSameAs(Suspects.Known.NOTHING);
  }

  @Test
  void whatThisProcessComputesIsNotLeft() {
    try (InFlightFiles files = new InFlightFiles(directory, "job")) {
      files.begin(1, new Batch("", List.of("a"), false));
      assertThat(restored().known()).isSameAs(Suspects.Known.NOTHING);
      assertThat(left()).isEqualTo(1);
      files.end(1);
      assertThat(left()).isZero();
    }
  }

  @Test
  void aJobThatIsDoneLeavesNothing() throws Exception {
    die("begin");
    try (InFlightFiles files = new InFlightFiles(directory, "job")) {
      files.restore(new Suspects());
      files.begin(1, new Batch("", List.of("a"), false));
      files.delete();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatCannotBeWrittenToCostsNothingElse() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    try (InFlightFiles files = new InFlightFiles(file, "job")) {
      files.restore(new Suspects());
      files.begin(1, new Batch("", List.of("a"), false));
      files.end(1);
      files.delete();
    }
    assertThat(file).hasContent("no directory");
  }

  private Suspects restored() {
    Suspects suspects = new Suspects();
    try (InFlightFiles files = new InFlightFiles(directory, "job")) {
      files.restore(suspects);
    }
    return suspects;
  }

  private long left() {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".batch")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void die(String how) throws Exception {
    assertThat(start(how).waitFor()).isEqualTo(139);
  }

  private Process start(String how) throws IOException {
    Path work = Files.createDirectories(directory.resolveSibling(directory.getFileName() + "-w"));
    return DriverProcess.start(Dying.class, work, List.of(directory.toString(), how));
  }

  /** A process that notes what it computes, and dies or ends. */
  static final class Dying {
    private Dying() {}

    public static void main(String[] arguments) {
      InFlightFiles files = new InFlightFiles(Path.of(arguments[0]), "job");
      files.begin(1, new Batch("", List.of("done"), false));
      files.end(1);
      boolean many = arguments[1].equals("begin");
      files.begin(2, new Batch("", many ? List.of(ODD, "b") : List.of(ODD), !many));
      if (arguments[1].equals("stalled")) {
        files.stalled(2);
      }
      if (!arguments[1].equals("exit")) {
        Runtime.getRuntime().halt(139);
      }
    }
  }
}
