package io.espalier;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A JVM with the class path of the tests, less what comes with a cluster.
 *
 * @param code its exit code
 */
public record ClusterFreeJvm(int code, String out, String err) {
  /** File names of jars that come with Spark. Others may lie in directories of any name. */
  private static final Pattern OF_A_CLUSTER =
      Pattern.compile(
          "(spark|hadoop|scala|iceberg|parquet|jackson|log4j|commons-(text|lang3))[-_.].*\\.jar"
              + "|.*_2\\.1[23]-.*\\.jar");

  /**
   * Runs a class to its end.
   *
   * @param heap such as {@code 256m}
   * @param temp an existing directory
   */
  public static ClusterFreeJvm run(String heap, Path temp, String main, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-Dai.djl") || option.startsWith("-Dorg.bytedeco"))
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath(), main));
    command.addAll(List.of(arguments));
    Path err = Files.createTempFile(temp, "err", ".txt");
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new ClusterFreeJvm(process.waitFor(), out, Files.readString(err));
  }

  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator, -1))
        .filter(entry -> !OF_A_CLUSTER.matcher(new File(entry).getName()).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
