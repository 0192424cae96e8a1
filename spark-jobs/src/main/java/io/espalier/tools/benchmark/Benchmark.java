package io.espalier.tools.benchmark;

import com.google.gson.GsonBuilder;
import io.espalier.conf.UsageException;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.task.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/** The measurements of speed and memory that the documentation states. */
public final class Benchmark {
  private static final int TOKENS = 96;
  private static final int BATCH = 8;

  private final Options options;
  private final Supplier<SparkSession> spark;
  private final StageProgress progress;

  /** The parts that can be measured separately. */
  public enum Part {
    /** Encoder and decoder against a matrix product, without Spark. */
    COMPUTE,
    /** The time that gates save, and their cost. */
    GATES,
    /** Spark's share of a job. */
    SPARK,
    /** Memory over 2,000 utterances. */
    MEMORY
  }

  /**
   * The options of a measurement.
   *
   * @param demo directory of the demo data
   * @param threads of libtorch
   */
  public record Options(ModelSize size, int threads, Path demo, Set<Part> parts) {
    public Options {
      if (!Files.isDirectory(demo.resolve("bundle"))) {
        throw new UsageException(
            "Cannot find the demo bundle: no bundle in %s. Give its directory with --data"
                .formatted(demo));
      }
    }
  }

  /**
   * @param spark starts the session, if a part needs one
   */
  public Benchmark(Options options, Supplier<SparkSession> spark, StageProgress progress) {
    this.options = options;
    this.spark = spark;
    this.progress = progress;
  }

  /** Measures; takes minutes. */
  public List<Measurement> run() throws IOException {
    List<Measurement> measured = new ArrayList<>();
    Path demo = options.demo().toAbsolutePath();
    SharedModelTranscribers factory =
        new SharedModelTranscribers(
            options.size(),
            demo.resolve("bundle").resolve("bpe.model").toString(),
            options.threads(),
            DecodingOptions.DEFAULTS.beam(),
            TOKENS,
            BATCH);
    if (options.parts().contains(Part.COMPUTE)) {
      try (Lease<RandomModel> model = factory.model()) {
        measured.addAll(new ComputeBenchmark(model.value()).run());
      }
    }
    if (options.parts().contains(Part.GATES)) {
      try (Lease<RandomModel> model = factory.model()) {
        measured.addAll(new GateBenchmark(model.value()).run());
      }
    }
    if (options.parts().contains(Part.SPARK) || options.parts().contains(Part.MEMORY)) {
      JobBenchmark job = new JobBenchmark(spark.get(), demo, options.threads(), progress);
      if (options.parts().contains(Part.SPARK)) {
        measured.addAll(job.sparkShare(factory));
      }
      if (options.parts().contains(Part.MEMORY)) {
        measured.addAll(job.memory());
      }
    }
    return measured;
  }

  /** The figures as an aligned table. */
  public static String table(List<Measurement> measured) {
    int width = measured.stream().mapToInt(m -> m.name().length()).max().orElse(0);
    StringBuilder table = new StringBuilder();
    for (Measurement m : measured) {
      String bar = m.bar().isEmpty() ? "" : "   expected: " + m.bar();
      table.append(
          String.format(
              Locale.ROOT,
              "%-" + width + "s  %10.3f %-8s%s%n",
              m.name(),
              m.value(),
              m.unit(),
              bar));
    }
    return table.toString();
  }

  /** Writes the figures as a JSON array of objects. */
  public static void writeJson(List<Measurement> measured, Path file) throws IOException {
    Files.writeString(file, new GsonBuilder().setPrettyPrinting().create().toJson(measured) + "\n");
  }
}
