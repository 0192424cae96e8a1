package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.espalier.conf.ConfKey;
import io.espalier.spark.session.SessionConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scripts in {@code conf/cluster} and every call of them in their headers and in the docs: what
 * they give to {@code spark-submit} is what Espalier takes.
 */
class ClusterScriptsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern CALL =
      Pattern.compile("(?:[A-Z_]+=\\S+\\s+)*conf/cluster/[a-z0-9/-]+\\.sh [^`|\n]*");
  private static final String MAIN = "io.espalier.cli.Espalier";

  @TempDir Path directory;

  private Path arguments;

  @BeforeEach
  void makeASparkThatWritesDownItsArguments() throws IOException {
    arguments = directory.resolve("arguments");
    Path submit = Files.createDirectories(directory.resolve("bin")).resolve("spark-submit");
    Files.writeString(submit, "#!/bin/sh\nprintf '%s\\n' \"$@\" >" + arguments + "\n");
    assertThat(submit.toFile().setExecutable(true)).isTrue();
  }

  static Stream<String> calls() throws IOException {
    List<Path> files = new ArrayList<>(scripts());
    files.addAll(List.of(ROOT.resolve("README.md"), ROOT.resolve("docs/cluster.md")));
    List<String> calls = new ArrayList<>();
    for (Path file : files) {
      // A call that goes on in the next line of a comment.
      String text = Files.readString(file).replaceAll("\\\\\n#? *", "");
      CALL.matcher(text).results().map(found -> found.group().strip()).forEach(calls::add);
    }
    return calls.stream().distinct();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void theCommandLineTakesWhatACallSays(String call) throws Exception {
    List<String> submitted = submit(call, "true");
    int main = submitted.indexOf(MAIN);
    int jar = main;
    while (!submitted.get(jar).endsWith(".jar")) {
      jar++;
    }
    List<String> command = submitted.subList(jar + 1, submitted.size());
    assertThat(call).endsWith(String.join(" ", command));
    assertThatCode(() -> Espalier.commandLine().parseArgs(command.toArray(String[]::new)))
        .doesNotThrowAnyException();
    assertThatCode(() -> SessionConf.of(ours(submitted), Map.of())).doesNotThrowAnyException();
  }

  @Test
  void everyScriptShowsACall() throws IOException {
    List<String> calls = calls().toList();
    for (Path script : scripts()) {
      String name = ROOT.relativize(script).toString();
      assertThat(Files.readString(script)).contains("# ");
      assertThat(calls).as(name).anyMatch(call -> call.contains(name + " "));
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aClusterWithoutGpusIsAskedForNone(String call) throws Exception {
    assertThat(submit(call, "export GPUS_PER_EXECUTOR=1"))
        .contains("spark.executor.resource.gpu.amount=1")
        .noneMatch(argument -> argument.startsWith("spark.task.resource"));
    assertThat(submit(call, "export GPUS_PER_EXECUTOR=0"))
        .noneMatch(argument -> argument.contains("gpu"));
  }

  private List<String> submit(String call, String before) throws Exception {
    Subprocess script =
        Subprocess.run(
            directory,
            List.of(
                "env",
                "SPARK_HOME=" + directory,
                "JAR=/somewhere/espalier.jar",
                "WAREHOUSE=/somewhere/warehouse",
                "MASTER=a-master",
                "IMAGE=an-image",
                "bash",
                "-c",
                "cd '" + ROOT + "' && " + before + " && " + call));
    assertThat(script.exitCode()).as(script.err()).isZero();
    return Files.readAllLines(arguments);
  }

  /** The properties of Espalier that a script sets. */
  private static Map<String, String> ours(List<String> submitted) {
    Map<String, String> properties = new LinkedHashMap<>();
    Pattern property = Pattern.compile("(" + Pattern.quote(ConfKey.PREFIX) + "[^=]+)=(.*)");
    for (String argument : submitted) {
      Matcher matcher = property.matcher(argument);
      if (matcher.matches()) {
        properties.put(matcher.group(1), matcher.group(2));
      }
    }
    assertThat(properties).isNotEmpty();
    return properties;
  }

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("conf/cluster"))) {
      return files.filter(file -> file.toString().endsWith(".sh")).sorted().toList();
    }
  }
}
