package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.ReferenceContext;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.checkpoint.Bundle;
import io.espalier.spark.TestSpark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
  @TempDir Path temp;

  private final ReferenceSet set = ReferenceSets.owsmAed().get(0);
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startTheSharedSession() {
    TestSpark.session();
  }

  @Test
  void theCardSaysWhatTheModelIs() throws Exception {
    Path target = temp.resolve("bundle");
    assertThat(run(set.dir(), target)).isEqualTo(ExitCode.DONE);
    Bundle bundle = Bundle.open(target);
    String parameters =
        String.format(Locale.ROOT, "%,d", ((Number) bundle.card().get("parameters")).longValue());
    assertThat(out.toString())
        .contains("Wrote bundle " + target)
        .containsPattern("kind +owsm-aed")
        .containsPattern("parameters +" + parameters)
        .containsPattern(
            String.format(Locale.ROOT, "encoder +E-Branchformer, %d layers", encoderLayers(bundle)))
        .containsPattern("languages +\\d+:.* eng")
        .containsPattern("tasks +\\d+:.* asr")
        .contains(bundle.fingerprint());
  }

  @Test
  void halfPrecisionIsAskedForInLowerCase() throws Exception {
    Path target = temp.resolve("bundle");
    assertThat(run(set.dir(), target, "--precision", "float16", "--name", "tiny"))
        .isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .containsPattern("stored as +float16")
        .containsPattern("name +tiny\\R");
  }

  @Test
  void contextEncodersNeedNoOwsm() throws Exception {
    Path target = temp.resolve("bundle");
    ReferenceSet speaker = ReferenceSets.ecapa().get(0);
    ReferenceSet event = ReferenceSets.beats().get(0);
    int code =
        run(
            "--speaker",
            speaker.dir().toString(),
            "--event",
            ReferenceContext.checkpoint(event).toString(),
            target.toString());
    assertThat(code).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).containsPattern("speaker +ECAPA").containsPattern("event +BEATs");
  }

  @Test
  void aBundleAloneIsUsage() {
    assertThat(run(temp.resolve("bundle").toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Missing parameter");
  }

  @Test
  void whatIsNoModelIsUsageWithoutAStackTrace() throws IOException {
    assertThat(run(temp, temp.resolve("bundle"))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("meta.yaml does not exist").doesNotContain("Exception");
    assertThat(temp.resolve("bundle")).doesNotExist();
  }

  @Test
  void aDirectoryInUseIsUsage() throws IOException {
    Files.writeString(temp.resolve("notes.txt"), "mine");
    assertThat(run(set.dir(), temp)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("is not empty");
  }

  @Test
  void aDiskThatRefusesIsTheEnvironment() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "not a directory");
    assertThat(run(set.dir(), file.resolve("bundle"))).isEqualTo(ExitCode.ENVIRONMENT);
  }

  @Test
  void helpExplainsTheArguments() {
    assertThat(run("--help")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("ESPNET_DIR", "BUNDLE", "--force", "--precision");
  }

  private static int encoderLayers(Bundle bundle) {
    return bundle.config().encoder().numBlocks();
  }

  private int run(Path source, Path target, String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = source.toString();
    arguments[1] = target.toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return run(arguments);
  }

  private int run(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "import";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Espalier.execute(new PrintWriter(out, true), new PrintWriter(err, true), command);
  }
}
