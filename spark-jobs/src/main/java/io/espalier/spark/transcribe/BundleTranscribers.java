package io.espalier.spark.transcribe;

import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.nn.Precision;
import io.espalier.nn.PrecisionChoice;
import io.espalier.nn.Watch;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.Outcome;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.spark.bundle.BundleOpener;
import io.espalier.spark.bundle.BundleOpener.OpenBundle;
import io.espalier.spark.bundle.SharedBundle;
import io.espalier.spark.stage.Fingerprint;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.task.Lease;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.sql.SparkSession;

/** Transcribers over the model of a bundle, which the tasks of a process share. */
public final class BundleTranscribers implements TranscriberFactory {
  private static final long serialVersionUID = 1L;

  private final SharedBundle bundle;
  private final Decoding decoding;
  private final GateChoice.Learned asked;
  private final PrecisionChoice precision;
  private final BundleOpener opener;

  /**
   * Reads the bundle's card, and nothing else yet.
   *
   * @param bundle directory on any Hadoop file system
   * @param asked of learned gates, also where others are chosen
   * @param precision of the model's products
   * @throws UsageException if there is no bundle
   */
  public BundleTranscribers(
      SparkSession spark,
      String bundle,
      Decoding decoding,
      GateChoice.Learned asked,
      PrecisionChoice precision,
      BundleOpener opener) {
    this.bundle = new SharedBundle(spark, bundle);
    this.decoding = decoding;
    this.asked = asked;
    this.precision = precision;
    this.opener = opener;
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
        conf.get(TranscribeKeys.PRECISION),
        opener);
  }

  @Override
  public String fingerprint() {
    return Fingerprint.ofModel(bundle.fingerprint(), precision.text(), decoding, asked);
  }

  @Override
  public String precision(TaskDevice device) {
    return precision.on(device.djl()).text();
  }

  @Override
  public Transcriber open(TaskDevice device) throws IOException {
    Precision chosen = precision.on(device.djl());
    Lease<OpenBundle> model =
        bundle.open(
            "model", chosen.text(), device, directory -> opener.open(directory, device, chosen));
    try {
      return new Leased(model.value().transcriber(decoding, device.threads()), model);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** A transcriber that gives its share of the model back. */
  private record Leased(Transcriber transcriber, Lease<OpenBundle> model) implements Transcriber {
    @Override
    public Iterator<Outcome> transcribe(Iterator<Utterance> utterances, Watch watch) {
      return transcriber.transcribe(utterances, watch);
    }

    @Override
    public void close() {
      try (model) {
        transcriber.close();
      }
    }
  }
}
