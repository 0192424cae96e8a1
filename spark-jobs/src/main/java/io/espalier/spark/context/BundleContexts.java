package io.espalier.spark.context;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
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
import io.espalier.search.LanguageIdentifier;
import io.espalier.search.LoadedOwsm;
import io.espalier.spark.bundle.BundleCard;
import io.espalier.spark.bundle.BundleFiles;
import io.espalier.spark.bundle.OwsmOpener;
import io.espalier.spark.stage.Fingerprint;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.table.Locations;
import io.espalier.spark.task.ModelRegistry;
import io.espalier.spark.task.ModelRegistry.Lease;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The context encoders of a bundle on any Hadoop file system. A process fetches the bundle once and
 * holds one set of encoders per device, which its tasks share.
 */
public final class BundleContexts implements ContextFactory {
  private static final long serialVersionUID = 1L;
  private static final String ENGINE = "PyTorch";

  private final String bundle;
  private final String bundleFingerprint;
  private final String fingerprint;
  private final String speakerFingerprint;
  private final boolean identifies;
  private final ContextOptions options;
  private final SerializableConfiguration hadoop;

  /**
   * Reads the bundle's card, and nothing else yet.
   *
   * @param bundle directory on any Hadoop file system
   * @param identify whether OWSM's language identification is wanted, where the bundle has it
   * @throws UsageException if there is no bundle, or it holds nothing to compute with
   */
  public BundleContexts(
      SparkSession spark, String bundle, boolean identify, ContextOptions options) {
    hadoop = new SerializableConfiguration(spark.sessionState().newHadoopConf());
    this.bundle = Locations.absolute(hadoop.value(), bundle);
    this.options = options;
    bundleFingerprint = BundleFiles.fingerprint(hadoop.value(), this.bundle);
    Locations.requireVisible(spark, "bundle", this.bundle + "/" + BundleFiles.CARD);
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
    Lease<SharedEncoders> lease =
        ModelRegistry.process()
            .acquire(
                "contexts on " + device.name(),
                List.of(bundleFingerprint, identify),
                () -> load(device, identify));
    try {
      // libtorch keeps both for each thread, and a task computes on the one that opens it.
      JniUtils.setGradMode(false);
      JniUtils.setNumThreads(device.threads());
      return new Leased(lease.value().extractor(options), lease);
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  private SharedEncoders load(TaskDevice device, boolean identify) throws IOException {
    Lease<BundleFiles> files =
        ModelRegistry.process()
            .acquire(
                "bundle files",
                bundleFingerprint,
                () -> BundleFiles.local(hadoop.value(), bundle, bundleFingerprint));
    NDManager manager = null;
    try {
      Path directory = files.value().directory();
      ContextBundle encoders = ContextBundle.open(directory);
      manager = NDManager.newBaseManager(OwsmOpener.djlDevice(device), ENGINE);
      JniUtils.setGradMode(false);
      Kernels kernels = Kernels.load(manager);
      return new SharedEncoders(
          manager,
          encoders.loadSpeaker(manager, kernels),
          encoders.loadEvent(manager, kernels),
          identify ? Optional.of(Bundle.open(directory).load(manager)) : Optional.empty(),
          files);
    } catch (IOException | RuntimeException | Error e) {
      if (manager != null) {
        manager.close();
      }
      files.close();
      throw e;
    }
  }

  private static LanguageSource languages(LoadedOwsm owsm) {
    LanguageIdentifier identifier = new LanguageIdentifier(owsm.model(), owsm.tokens());
    return new LanguageSource() {
      @Override
      public int windowSamples() {
        return identifier.windowSamples();
      }

      @Override
      public List<Identified> identify(List<float[]> recordings) {
        return identifier.identify(recordings).stream()
            .map(found -> new Identified(found.language(), found.probability(), found.flops()))
            .toList();
      }
    };
  }

  /** Encoders in the memory of one device, and the files that they were read from. */
  private record SharedEncoders(
      NDManager manager,
      Optional<ContextEncoder> speaker,
      Optional<ContextEncoder> event,
      Optional<LoadedOwsm> owsm,
      Lease<BundleFiles> files)
      implements AutoCloseable {
    ContextExtractor extractor(ContextOptions options) {
      return new ContextExtractor(speaker, event, owsm.map(BundleContexts::languages), options);
    }

    @Override
    public void close() {
      try (files) {
        manager.close();
      }
    }
  }

  /** An extractor that gives its share of the encoders back. */
  private record Leased(ContextExtractor extractor, Lease<SharedEncoders> lease) implements Open {
    @Override
    public List<ContextOutcome> extract(List<ContextInput> inputs) {
      return extractor.extract(inputs);
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}
