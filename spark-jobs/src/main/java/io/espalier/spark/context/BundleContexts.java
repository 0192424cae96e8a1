package io.espalier.spark.context;

import ai.djl.ndarray.NDManager;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.ContextBundle;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.context.ContextEncoder;
import io.espalier.context.ContextExtractor;
import io.espalier.context.ContextInput;
import io.espalier.context.ContextOptions;
import io.espalier.context.ContextOutcome;
import io.espalier.context.LanguageSource;
import io.espalier.nn.Kernels;
import io.espalier.nn.Precision;
import io.espalier.search.LoadedModel;
import io.espalier.spark.bundle.BundleCard;
import io.espalier.spark.bundle.SharedBundle;
import io.espalier.spark.stage.Fingerprint;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.task.Lease;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * The context encoders of a bundle on any Hadoop file system, which the tasks of a process share.
 */
public final class BundleContexts implements ContextFactory {
  private static final long serialVersionUID = 1L;

  private final SharedBundle bundle;
  private final String fingerprint;
  private final String speakerFingerprint;
  private final boolean identifies;
  private final ContextOptions options;

  /**
   * Reads the bundle's card, and nothing else yet.
   *
   * @param bundle directory on any Hadoop file system
   * @param identify whether OWSM's language identification is wanted, where the bundle has it
   * @throws UsageException if there is no bundle, or it holds nothing to compute with
   */
  public BundleContexts(
      SparkSession spark, String bundle, boolean identify, ContextOptions options) {
    this.bundle = new SharedBundle(spark, bundle);
    this.options = options;
    BundleCard card = BundleCard.read(spark, bundle);
    Map<String, String> digests = card.digests();
    identifies = identify && card.hasOwsm();
    speakerFingerprint = Fingerprint.ofFiles(digests, "speaker\\..*");
    String event = Fingerprint.ofFiles(digests, "event\\..*");
    if (speakerFingerprint.isEmpty() && event.isEmpty() && !identifies) {
      throw new UsageException(
          "Cannot compute contexts: %s has no speaker encoder, no event encoder and no language to"
                  .formatted(bundle)
              + " identify. Add encoders with espalier import --speaker and --event");
    }
    // Gates and other parts of the bundle may change: contexts do not depend on them.
    fingerprint =
        Fingerprint.ofFiles(
            digests,
            identifies
                ? "(speaker|event|model|feats_stats|config|tokens)\\..*"
                : "(speaker|event)\\..*");
  }

  /**
   * Takes everything out of a configuration.
   *
   * @throws UsageException if an option is missing or there is no bundle
   */
  public static BundleContexts of(
      SparkSession spark, EspalierConf conf, ContextJobOptions options) {
    return new BundleContexts(
        spark,
        conf.required(StageKeys.BUNDLE),
        options.stage().language() == null,
        options.context());
  }

  /**
   * Whether a configuration's bundle has any context encoder.
   *
   * @throws UsageException if there is no bundle
   */
  public static boolean hasEncoders(SparkSession spark, EspalierConf conf) {
    String bundle = conf.required(StageKeys.BUNDLE);
    return BundleCard.read(spark, bundle).digests().keySet().stream()
        .anyMatch(name -> name.matches("(speaker|event)\\..*"));
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String speakerFingerprint() {
    return speakerFingerprint;
  }

  @Override
  public boolean identifies() {
    return identifies;
  }

  @Override
  public Open open(TaskDevice device, boolean identify) throws IOException {
    Lease<Encoders> encoders =
        bundle.open(
            "contexts",
            identify ? "with languages" : "without languages",
            device,
            directory -> load(directory, device, identify));
    try {
      device.prepareThread();
      return new Leased(encoders.value().extractor(options), encoders);
    } catch (RuntimeException | Error e) {
      encoders.close();
      throw e;
    }
  }

  private static Encoders load(Path directory, TaskDevice device, boolean identify)
      throws IOException {
    ContextBundle encoders = ContextBundle.open(directory);
    NDManager manager = device.newManager();
    try {
      Kernels kernels = Kernels.load(manager);
      return new Encoders(
          manager,
          encoders.loadSpeaker(manager, kernels),
          encoders.loadEvent(manager, kernels),
          identify
              ? Optional.of(Bundle.open(directory).loadEither(manager, Precision.FLOAT32))
              : Optional.empty());
    } catch (IOException | RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private static LanguageSource languages(LoadedModel owsm) {
    return new LanguageSource() {
      @Override
      public int windowSamples() {
        return owsm.config().windowSamples();
      }

      @Override
      public List<Identified> identify(List<float[]> recordings) {
        return owsm.languages(recordings).stream()
            .map(found -> new Identified(found.language(), found.probability(), found.flops()))
            .toList();
      }
    };
  }

  /** Encoders in the memory of one device. */
  private record Encoders(
      NDManager manager,
      Optional<ContextEncoder> speaker,
      Optional<ContextEncoder> event,
      Optional<LoadedModel> owsm)
      implements AutoCloseable {
    ContextExtractor extractor(ContextOptions options) {
      return new ContextExtractor(speaker, event, owsm.map(BundleContexts::languages), options);
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  /** An extractor that gives its share of the encoders back. */
  private record Leased(ContextExtractor extractor, Lease<Encoders> encoders) implements Open {
    @Override
    public List<ContextOutcome> extract(List<ContextInput> inputs) {
      return extractor.extract(inputs);
    }

    @Override
    public void close() {
      encoders.close();
    }
  }
}
