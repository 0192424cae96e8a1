package io.espalier.cli;

import io.espalier.libtorch.Libtorch;
import io.espalier.search.Padding;
import io.espalier.spark.task.TaskDevice;
import io.espalier.tools.benchmark.Benchmark;
import io.espalier.tools.benchmark.Benchmark.Part;
import io.espalier.tools.benchmark.ModelSize;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of a benchmark, apart from those of Spark. */
final class BenchmarkOptions {
  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "BASE",
      description = "Size of the model: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ModelSize size;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description =
          "Device to compute on: cpu, cuda, cuda:N, or auto, which is the first GPU if there is"
              + " one. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "INT",
      defaultValue = "2",
      description = "Threads of libtorch. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "float32",
      description = "Number formats to measure, with commas. Default: ${DEFAULT-VALUE}.")
  private List<String> precisions;

  @Option(
      names = "--part",
      paramLabel = "PART",
      split = ",",
      defaultValue = "COMPUTE,GATES,SPARK,MEMORY",
      description =
          "Parts to measure: ${COMPLETION-CANDIDATES}, with commas or repeated. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<Part> parts;

  @Option(
      names = "--tokens",
      paramLabel = "INT",
      defaultValue = "96",
      description =
          "Tokens of each utterance; part peers takes them from its file. Default:"
              + " ${DEFAULT-VALUE}.")
  private int tokens;

  @Option(
      names = "--clip-s",
      paramLabel = "NUMBER",
      defaultValue = "7",
      description =
          "Seconds of audio in each utterance of part throughput. Default: ${DEFAULT-VALUE}.")
  private double clipS;

  @Option(
      names = "--pad",
      paramLabel = "PADDING",
      split = ",",
      defaultValue = "FULL",
      description =
          "Paddings that parts peers and throughput measure: ${COMPLETION-CANDIDATES}, with"
              + " commas. Default: ${DEFAULT-VALUE}.")
  private List<Padding> paddings;

  @Option(
      names = "--batch",
      paramLabel = "INT",
      split = ",",
      defaultValue = "16",
      description =
          "Batch sizes that parts peers, throughput and ctc measure, with commas. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<Integer> batches;

  @Option(
      names = "--rows",
      paramLabel = "INT",
      defaultValue = "1000000",
      description = "Rows of the manifest of part scale. Default: ${DEFAULT-VALUE}.")
  private int rows;

  @Option(
      names = "--minutes",
      paramLabel = "INT",
      defaultValue = "60",
      description = "Length of the recording of part long. Default: ${DEFAULT-VALUE}.")
  private int minutes;

  @Option(
      names = "--peer-json",
      paramLabel = "FILE",
      description = "The figures of other software, for part peers. See docs/benchmarks.md.")
  private Path peer;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${sys:espalier.demo:-spark-jobs/src/main/demo}",
      description = "Directory that holds the demo's manifest, audio and bundle.")
  private Path data;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the figures to this file, as a JSON array of objects.")
  private Path json;

  /** What to measure. */
  Benchmark.Options asked() {
    return new Benchmark.Options(
        size,
        device(TaskDevice.checked(device)),
        threads,
        List.copyOf(new LinkedHashSet<>(precisions)),
        new Benchmark.Load(
            tokens,
            clipS,
            List.copyOf(new LinkedHashSet<>(paddings)),
            List.copyOf(new LinkedHashSet<>(batches))),
        data,
        Optional.ofNullable(peer),
        rows,
        minutes,
        EnumSet.copyOf(parts));
  }

  /** The file to write, or null. */
  Path json() {
    return OutputFile.checked(json);
  }

  private static String device(String name) {
    boolean gpu =
        name.equals("cuda")
            || (name.equals("auto") && Libtorch.start().devices().contains("cuda:0"));
    return gpu ? "cuda:0" : name.equals("auto") ? TaskDevice.CPU : name;
  }
}
