package io.espalier.tools.benchmark;

import com.google.gson.GsonBuilder;
import io.espalier.conf.UsageException;
import io.espalier.nn.PrecisionChoice;
import io.espalier.search.Padding;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.task.Lease;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * The measurements of speed and memory that the documentation states. Only the parts that run jobs
 * need Spark; the others run in a JVM that does not have it.
 */
public final class Benchmark {
  private static final int BATCH_OF_JOB = 8;

  private final Options options;
  private final Optional<PeerFigures> peer;
  private final Supplier<SparkSession> spark;
  private final Supplier<StageProgress> progress;

  /** The parts that can be measured separately. */
  public enum Part {
    /** Encoder and decoder against a matrix product, without Spark. */
    COMPUTE,
    /** The time that gates save, and their cost. */
    GATES,
    /** Whole windows through an OWSM-CTC of the same width: memory, time, GFLOPs. */
    CTC,
    /** A long recording as one row beside the same audio as many rows: memory, time. */
    LONG,
    /** Utterances and tokens per second over batch sizes and paddings. */
    THROUGHPUT,
    /** The texts of a device against the CPU's. */
    TEXTS,
    /** The speed of other software, measured apart, against ours. */
    PEERS,
    /** Spark's share of a job. */
    SPARK,
    /** Memory over 2,000 utterances. */
    MEMORY,
    /** What a job of very many rows costs apart from the model. */
    SCALE
  }

  /**
   * The options of a measurement.
   *
   * @param device {@code cpu} or {@code cuda:N}
   * @param threads of libtorch
   * @param precisions number formats, each measured
   * @param demo directory of the demo data
   * @param peer file of {@link PeerFigures}
   * @param rows of part scale
   * @param minutes of the recording of part long
   */
  public record Options(
      ModelSize size,
      String device,
      int threads,
      List<String> precisions,
      Load load,
      Path demo,
      Optional<Path> peer,
      int rows,
      int minutes,
      Set<Part> parts) {
    public Options {
      if (!Files.isDirectory(demo.resolve("bundle"))) {
        throw new UsageException(
            "Cannot find the demo bundle: no bundle in %s. Give its directory with --data"
                .formatted(demo));
      }
      requireAtLeast("--threads", threads, 1);
      requireAtLeast("--rows", rows, ScaleMeter.POINTS);
      requireAtLeast("--minutes", minutes, 1);
      if (parts.contains(Part.PEERS) != peer.isPresent()) {
        throw new UsageException(
            peer.isPresent()
                ? "Cannot use --peer-json without --part peers: add it"
                : "Cannot measure part peers: give the peer's figures with --peer-json");
      }
    }
  }

  /**
   * What is transcribed.
   *
   * @param tokens of each utterance, at least 2
   * @param clipS seconds of audio in each utterance, at most one window
   * @param paddings each measured, where short clips are
   * @param batches numbers of utterances in a batch, each measured
   */
  public record Load(int tokens, double clipS, List<Padding> paddings, List<Integer> batches) {
    public Load {
      requireAtLeast("--tokens", tokens, 2);
      batches.forEach(batch -> requireAtLeast("--batch", batch, 1));
      if (!(clipS >= 0.1 && clipS <= ModelSize.WINDOW_S)) {
        throw new UsageException(
            "Invalid --clip-s: %s, must be from 0.1 to %s".formatted(clipS, ModelSize.WINDOW_S));
      }
    }
  }

  private static void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new UsageException(
          String.format(Locale.ROOT, "Invalid %s: %d, must be at least %d", option, value, least));
    }
  }

  /**
   * Reads the peer's figures, if there are any.
   *
   * @param spark starts the session, if a part needs one
   * @param progress of jobs
   * @throws UsageException if the peer's figures are malformed, or were measured otherwise
   */
  public Benchmark(Options options, Supplier<SparkSession> spark, Supplier<StageProgress> progress)
      throws IOException {
    this.options = options;
    this.spark = spark;
    this.progress = progress;
    this.peer =
        options.peer().isPresent()
            ? Optional.of(PeerFigures.read(options.peer().get()))
            : Optional.empty();
    if (peer.isPresent()) {
      requireSame("size", peer.get().size().label(), options.size().label());
      requireSame("threads", peer.get().threads(), options.threads());
    }
  }

  private void requireSame(String name, Object peers, Object ours) {
    if (!peers.equals(ours)) {
      throw new UsageException(
          "Cannot compare with %s: it was measured with %s %s, this run has %s. Give --%s %s"
              .formatted(options.peer().orElseThrow(), name, peers, ours, name, peers));
    }
  }

  /** What is measured, in one or two lines. */
  public String heading() {
    String ours =
        String.format(
            Locale.ROOT,
            "OWSM %s with random weights, %s, %s, %d threads%n",
            options.size().label(),
            options.device(),
            String.join(", ", options.precisions()),
            options.threads());
    return ours + peer.map(other -> other.heading() + System.lineSeparator()).orElse("");
  }

  /** Measures; takes minutes. */
  public List<Measurement> run() throws IOException {
    List<Measurement> measured = new ArrayList<>();
    boolean several = options.precisions().size() > 1;
    for (String precision : options.precisions()) {
      for (Measurement figure : compute(precision)) {
        measured.add(several ? figure.prefixed(precision) : figure);
      }
    }
    if (peer.isPresent()) {
      measured.addAll(peers(peer.get()));
    }
    if (has(Part.SPARK) || has(Part.MEMORY)) {
      measured.addAll(jobs());
    }
    if (has(Part.SCALE)) {
      measured.addAll(new ScaleBenchmark(spark.get(), progress.get(), options.rows()).run());
    }
    return measured;
  }

  private boolean has(Part part) {
    return options.parts().contains(part);
  }

  private ModelSpec model(String precision) {
    Path bpeModel = options.demo().toAbsolutePath().resolve("bundle").resolve("bpe.model");
    return new ModelSpec(
        options.size(), precision, options.device(), options.threads(), bpeModel.toString());
  }

  private List<Measurement> compute(String precision) throws IOException {
    List<Measurement> measured = new ArrayList<>();
    if (has(Part.TEXTS)) {
      TaskDevice device = new TaskDevice(options.device(), options.threads());
      TextBenchmark texts = new TextBenchmark(options.demo());
      measured.addAll(texts.run(device, PrecisionChoice.parse(precision)));
    }
    if (has(Part.CTC)) {
      measured.addAll(new CtcBenchmark(model(precision), options.load().batches()).run());
    }
    if (has(Part.LONG)) {
      LongBenchmark recording =
          new LongBenchmark(options.demo(), model(precision), options.minutes());
      measured.addAll(recording.run());
    }
    if (!has(Part.COMPUTE) && !has(Part.GATES) && !has(Part.THROUGHPUT)) {
      return measured;
    }
    try (Lease<RandomModel> model = model(precision).open()) {
      if (has(Part.COMPUTE)) {
        measured.addAll(new ComputeBenchmark(model.value(), options.load().tokens()).run());
      }
      if (has(Part.GATES)) {
        measured.addAll(new GateBenchmark(model.value()).run());
      }
      if (has(Part.THROUGHPUT)) {
        measured.addAll(new ThroughputBenchmark(model.value(), options.load()).run());
      }
    }
    return measured;
  }

  private List<Measurement> peers(PeerFigures figures) {
    List<Lease<RandomModel>> leases = new ArrayList<>();
    try {
      Map<String, RandomModel> models = new LinkedHashMap<>();
      for (String precision : options.precisions()) {
        Lease<RandomModel> model = model(precision).open();
        leases.add(model);
        models.put(precision, model.value());
      }
      Load load = options.load();
      return new PeerBenchmark(figures, load.paddings(), load.batches()).run(models);
    } finally {
      leases.forEach(Lease::close);
    }
  }

  private List<Measurement> jobs() throws IOException {
    Path demo = options.demo().toAbsolutePath();
    JobBenchmark job =
        new JobBenchmark(spark.get(), demo, options.device(), options.threads(), progress.get());
    List<Measurement> measured = new ArrayList<>();
    if (has(Part.SPARK)) {
      SharedModelTranscribers factory =
          new SharedModelTranscribers(
              model(options.precisions().get(0)),
              DecodingOptions.DEFAULTS.beam(),
              options.load().tokens(),
              BATCH_OF_JOB);
      measured.addAll(job.sparkShare(factory));
    }
    if (has(Part.MEMORY)) {
      measured.addAll(job.memory());
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
