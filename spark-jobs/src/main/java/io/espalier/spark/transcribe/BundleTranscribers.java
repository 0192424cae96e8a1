package io.espalier.spark.transcribe;

import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.Outcome;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.spark.bundle.BundleFiles;
import io.espalier.spark.bundle.BundleOpener;
import io.espalier.spark.bundle.BundleOpener.OpenBundle;
import io.espalier.spark.stage.Fingerprint;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.table.Locations;
import io.espalier.spark.task.ModelRegistry;
import io.espalier.spark.task.ModelRegistry.Lease;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Transcribers over a bundle on any Hadoop file system. A process fetches the bundle once and holds
 * one model per device, which its tasks share.
 */
public final class BundleTranscribers implements TranscriberFactory {
  private static final long serialVersionUID = 1L;
  private static final String PRECISION = "float32";

  private final String bundle;
  private final String bundleFingerprint;
  private final Decoding decoding;
  private final GateChoice.Learned asked;
  private final BundleOpener opener;
  private final SerializableConfiguration hadoop;

  /**
   * Reads the bundle's card, and nothing else yet.
   *
   * @param bundle directory on any Hadoop file system
   * @param asked of learned gates, also where others are chosen
   * @throws UsageException if there is no bundle
   */
  public BundleTranscribers(
      SparkSession spark,
      String bundle,
      Decoding decoding,
      GateChoice.Learned asked,
      BundleOpener opener) {
    hadoop = new SerializableConfiguration(spark.sessionState().newHadoopConf());
    this.bundle = Locations.absolute(hadoop.value(), bundle);
    this.decoding = decoding;
    this.asked = asked;
    this.opener = opener;
    bundleFingerprint = BundleFiles.fingerprint(hadoop.value(), this.bundle);
    Locations.requireVisible(spark, "bundle", this.bundle + "/" + BundleFiles.CARD);
  }

  /**
   * Takes everything but the opener out of a configuration.
   *
   * @throws UsageException if an option is missing or there is no bundle
   */
  public static BundleTranscribers of(SparkSession spark, EspalierConf conf, BundleOpener opener) {
    return new BundleTranscribers(
        spark,
        conf.required(StageKeys.BUNDLE),
        TranscribeOptions.decoding(conf),
        Decoding.learnedGates(conf::get),
        opener);
  }

  @Override
  public String fingerprint() {
    return Fingerprint.ofModel(bundleFingerprint, PRECISION, decoding, asked);
  }

  @Override
  public String precision() {
    return PRECISION;
  }

  @Override
  public Transcriber open(TaskDevice device) throws IOException {
    Lease<SharedBundle> lease =
        ModelRegistry.process()
            .acquire("model on " + device.name(), bundleFingerprint, () -> load(device));
    try {
      return new Leased(lease.value().model().transcriber(decoding, device.threads()), lease);
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  private SharedBundle load(TaskDevice device) throws IOException {
    Lease<BundleFiles> files =
        ModelRegistry.process()
            .acquire(
                "bundle files",
                bundleFingerprint,
                () -> BundleFiles.local(hadoop.value(), bundle, bundleFingerprint));
    try {
      return new SharedBundle(opener.open(files.value().directory(), device), files);
    } catch (IOException | RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  /** A model and the files that it was read from. */
  private record SharedBundle(OpenBundle model, Lease<BundleFiles> files) implements AutoCloseable {
    @Override
    public void close() {
      try (files) {
        model.close();
      }
    }
  }

  /** A transcriber that gives its share of the model back. */
  private record Leased(Transcriber transcriber, Lease<SharedBundle> lease) implements Transcriber {
    @Override
    public Iterator<Outcome> transcribe(Iterator<Utterance> utterances) {
      return transcriber.transcribe(utterances);
    }

    @Override
    public void close() {
      try (lease) {
        transcriber.close();
      }
    }
  }
}
