package io.espalier.cli;

import io.espalier.BuildUnderTest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The jar for clusters as it is, under {@code spark-submit} with nothing but Spark's own jars.
 *
 * @param jar that is submitted
 * @param directory where it is called; has the warehouse
 */
record ShadedJar(Path jar, Path directory) {
  /** Libraries that a Spark distribution does not have, or has in another version. */
  private static final Pattern INSIDE =
      Pattern.compile(
          ".*(/ai/djl/|/bytedeco/|/iceberg/|/info/picocli/|/snakeyaml/|/gson/"
              + "|/commons-compress/|/dev/jna/|espalier-udfs|/udfs/target/).*");

  /**
   * Where the build puts a jar.
   *
   * @param suffix of its name: none, or {@code -cuda}
   */
  static Path path(String suffix) {
    return BuildUnderTest.directory()
        .resolve(
            "espalier-spark-%s_%s%s.jar"
                .formatted(BuildUnderTest.spark(), BuildUnderTest.scala(), suffix));
  }

  /**
   * Runs a command of Espalier in local mode.
   *
   * @param environment variables that are added
   */
  Subprocess submit(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(
                Files.readString(BuildUnderTest.directory().resolve("classpath.txt"))
                    .split(":", -1))
            .filter(entry -> !INSIDE.matcher(entry).matches())
            .collect(Collectors.joining(":"));
    List<String> command = new ArrayList<>(List.of("env"));
    environment.forEach((name, value) -> command.add(name + "=" + value));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            option ->
                option.startsWith("--add-opens")
                    || option.startsWith("-Dorg.bytedeco")
                    || option.startsWith("-Dai.djl"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            classPath,
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            "local[2]",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.espalier.warehouse=" + directory.resolve("warehouse").toUri(),
            "--class",
            "io.espalier.cli.Espalier",
            jar.toString()));
    command.addAll(List.of(arguments));
    return Subprocess.run(directory, command);
  }
}
