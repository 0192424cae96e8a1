package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.espalier.BuildUnderTest;
import io.espalier.spark.TestSpark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EspalierTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startTheSharedSession() {
    TestSpark.session();
  }

  @Test
  void sqlPrintsAResult() {
    assertThat(run("sql", "-e", "SELECT 1 AS a", "--format", "csv")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).isEqualTo("a\r\n1\r\n");
  }

  @Test
  void sqlWithAMistakeIsUsage() {
    assertThat(run("sql", "-e", "SELECT nothing")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("nothing").doesNotContain("\tat ");
  }

  @Test
  void anUnknownCommandIsUsage() {
    assertThat(run("transcrbe")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void noCommandListsTheCommands() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("manifest", "verify", "sql", "info");
  }

  @Test
  void anUnknownKeyIsUsageAndNamesTheNearest() {
    int code = run("sql", "-e", "SELECT 1", "--conf", "spark.espalier.warehuose=/x");
    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("nearest known key is spark.espalier.warehouse");
  }

  @Test
  void aManifestIsMadeAndVerified() throws IOException {
    Files.createFile(directory.resolve("a.wav"));
    Files.createFile(directory.resolve("b.wav"));
    assertThat(run("manifest", directory.toString(), "-o", "cli_manifest", "--language", "de"))
        .isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("Wrote 2 utterances");

    TestSpark.session().sql("CREATE TABLE cli_result AS SELECT 'a.wav' AS utt_id");
    assertThat(run("verify", "cli_manifest", "--table", "cli_result"))
        .isEqualTo(ExitCode.OVER_ERROR_BUDGET);
    assertThat(out.toString()).contains("missing: 1 ids, such as b.wav");

    TestSpark.session().sql("INSERT INTO cli_result VALUES ('b.wav')");
    assertThat(run("verify", "cli_manifest", "--table", "cli_result")).isEqualTo(ExitCode.DONE);
  }

  @Test
  void infoNamesVersionsAndTheCatalog() {
    assertThat(run("info")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .containsPattern("spark +" + Pattern.quote(BuildUnderTest.spark()) + "\\.")
        .containsPattern("libtorch +2\\.7\\.1 for ")
        .containsPattern("decoder isolation +(bubblewrap|unshare|none)\\b.*; at most \\d+ ")
        .containsPattern("catalog\\.type +hadoop");
  }

  @Test
  void infoCountsTheParametersOfABundle() throws IOException {
    Files.writeString(
        directory.resolve("bundle.yaml"), "format: 1\nkind: owsm-aed\ncard: {}\nfiles: {}\n");
    byte[] header =
        """
        {"__metadata__": {"a": "b"}, \
        "w": {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}, \
        "s": {"dtype": "F32", "shape": [], "data_offsets": [48, 52]}}\
        """
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length).put(header);
    Files.write(directory.resolve("model.safetensors"), file.array());
    assertThat(run("info", directory.toString())).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .contains("kind: owsm-aed")
        .contains("model.safetensors: 13 parameters");
  }

  @Test
  void aBundleOfAnotherFormatIsUsage() throws IOException {
    Files.writeString(directory.resolve("bundle.yaml"), "format: 2\nkind: owsm-aed\n");
    assertThat(run("info", directory.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("format is 2", "reads format 1").doesNotContain("\tat ");
  }

  @Test
  void infoOnWhatIsNoBundleIsUsage() {
    assertThat(run("info", directory.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("no bundle.yaml");
  }

  @Test
  void everyDescriptionIsAFormatOfPicoclis() {
    for (CommandLine command : new CommandLine(new Espalier()).getSubcommands().values()) {
      List<String> texts =
          new ArrayList<>(List.of(command.getCommandSpec().usageMessage().description()));
      command.getCommandSpec().options().forEach(o -> texts.addAll(List.of(o.description())));
      for (String text : texts) {
        assertThatCode(() -> String.format(Locale.ROOT, text)).as(text).doesNotThrowAnyException();
      }
    }
  }

  @Test
  void anOutputThatCannotBeWrittenIsToldBeforeTheWork() {
    int code = run("report", "-o", directory.resolve("none/page.html").toString());
    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("directory " + directory.resolve("none") + " does not exist. Create it");
    assertThat(run("score", "--json", directory.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("it is a directory. Give the name of a file in it");
  }

  @Test
  void verboseAddsTheStackTrace() {
    assertThat(run("sql", "-e", "SELECT nothing")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).doesNotContain("\tat ");
    assertThat(run("sql", "-e", "SELECT nothing", "--verbose")).isEqualTo(ExitCode.USAGE);
    TestSpark.session().sparkContext().setLogLevel("WARN");
    assertThat(err.toString()).contains("\tat ");
  }

  private int run(String... arguments) {
    return Espalier.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
