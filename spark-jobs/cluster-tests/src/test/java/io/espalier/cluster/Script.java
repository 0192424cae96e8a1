package io.espalier.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A script of {@code conf/cluster}, as a user calls it.
 *
 * @param file of the script
 * @param directory where it is called
 * @param environment variables that it reads
 */
record Script(Path file, Path directory, Map<String, String> environment) {
  /** A script with the tested jar and without GPUs, for executors that fit this machine. */
  static Script of(String name, Path directory, SparkHome spark) {
    Map<String, String> small =
        Map.of(
            "JAR", Product.JAR.toString(),
            "GPUS_PER_EXECUTOR", "0",
            "CORES", "1",
            "MEMORY", "700m");
    return new Script(Product.SCRIPTS.resolve(name), directory, Map.of())
        .with(spark.environment())
        .with(small);
  }

  /** The same with other variables. */
  Script with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return new Script(file, directory, Map.copyOf(all));
  }

  /** Runs a command of Espalier. */
  Call run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    return Call.run(directory, environment, command);
  }
}
