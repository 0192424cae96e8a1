package io.espalier.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@link GpuProbe} has seen, submitted by a script.
 *
 * @param works the utterances
 * @param assigned what the driver's log says that each task was given, without its own data
 */
record ProbeRun(List<Work> works, List<Assignment> assigned) {
  /** Spark says nothing of the resources of a task that has none. */
  private static final Pattern TASK =
      Pattern.compile(
          "Starting task [0-9.]+ in stage ([0-9]+)\\.[0-9]+ \\(TID ([0-9]+)\\) .* bytes\\)(.*)");

  private static final Pattern ADDRESSES = Pattern.compile("addresses: ([^\\]]*)\\]");

  /**
   * One utterance.
   *
   * @param executor where it was computed
   * @param address of the GPU that its task had
   * @param task number of the task
   * @param startMs time of the machine's clock
   * @param endMs time of the machine's clock
   * @param device as the row says
   */
  record Work(
      String executor, String address, long task, long startMs, long endMs, String device) {}

  /**
   * A task that the driver started.
   *
   * @param address of its GPU, empty for none
   */
  record Assignment(int stage, long task, String address) {}

  /**
   * Submits the probe by a script.
   *
   * @param manifest to read
   */
  static ProbeRun of(Script script, SparkHome spark, Path directory, String manifest)
      throws IOException, InterruptedException {
    Files.copy(
        spark.bin("spark-submit").resolveSibling("spark-submit-probe"),
        spark.bin("spark-submit"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.COPY_ATTRIBUTES);
    Call call = script.with(Map.of("PROBE_JAR", jar(directory.resolve("probe.jar")))).run(manifest);
    if (call.exitCode() != 0) {
      throw new IllegalStateException(call.said());
    }
    return new ProbeRun(
        call.out()
            .lines()
            .filter(line -> line.startsWith(GpuProbe.LINE))
            .map(line -> work(line.substring(GpuProbe.LINE.length()).split(" ", -1)))
            .toList(),
        TASK.matcher(call.err()).results().map(ProbeRun::assignment).toList());
  }

  private static Work work(String[] fields) {
    return new Work(
        fields[0],
        fields[1],
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]),
        fields[5]);
  }

  private static Assignment assignment(MatchResult task) {
    String address =
        ADDRESSES
            .matcher(task.group(3))
            .results()
            .map(found -> found.group(1))
            .findFirst()
            .orElse("");
    return new Assignment(Integer.parseInt(task.group(1)), Long.parseLong(task.group(2)), address);
  }

  private static String jar(Path file) throws IOException {
    List<Path> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Product.testClasses())) {
      files
          .filter(each -> each.getFileName().toString().startsWith("GpuProbe"))
          .forEach(classes::add);
    }
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      for (Path each : classes) {
        jar.putNextEntry(new JarEntry(Product.testClasses().relativize(each).toString()));
        Files.copy(each, jar);
        jar.closeEntry();
      }
    }
    return file.toString();
  }
}
