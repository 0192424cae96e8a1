package io.espalier.spark.ml;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.context.ContextOptions;
import io.espalier.files.BuildVersion;
import io.espalier.spark.context.BundleContexts;
import io.espalier.spark.context.ContextFactory;
import io.espalier.spark.context.ContextJobOptions;
import io.espalier.spark.context.ContextKeys;
import io.espalier.spark.context.ContextMaker;
import io.espalier.spark.context.ContextSchema;
import io.espalier.spark.manifest.LanguageCodes;
import io.espalier.spark.stage.Fingerprint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Computes who speaks in the audio of every row, as {@code espalier context} does: adds a column
 * with the speaker's vector, and one with everything else that the contexts table has, the vector
 * of the sound among it.
 *
 * <p>Audio that cannot be used fails only its own row, which has an {@code error_code} then.
 * Vectors are not length-normalised: scale them (Spark's {@code Normalizer}) before comparing them.
 */
public final class SpeakerEmbedder extends AudioTransformer<SpeakerEmbedder> {
  private static final long serialVersionUID = 1L;

  private final Param<String> embeddingCol =
      column("embeddingCol", "Column to add: the speaker's vector. Null if the row failed.");
  private final DoubleParam speakerWindowS =
      keyParams().decimal("speakerWindowS", ContextKeys.SPEAKER_WINDOW_S);
  private final DoubleParam eventWindowS =
      keyParams().decimal("eventWindowS", ContextKeys.EVENT_WINDOW_S);
  private final DoubleParam batchSeconds =
      keyParams().decimal("batchSeconds", ContextKeys.CONTEXT_BATCH_SECONDS);
  private final BooleanParam identifyLanguage =
      new BooleanParam(
          this,
          "identifyLanguage",
          "Identifies the language of rows that name none, with the bundle's OWSM.");
  private final DoubleParam minLanguageProbability =
      keyParams().decimal("minLanguageProbability", ContextKeys.MIN_LANGUAGE_PROBABILITY);
  private final Param<String> uncertainLanguage =
      keyParams().text("uncertainLanguage", ContextKeys.UNCERTAIN_LANGUAGE);

  /** An embedder with a random uid. */
  public SpeakerEmbedder() {
    this(Identifiable.randomUID("SpeakerEmbedder"));
  }

  public SpeakerEmbedder(String uid) {
    super(uid, "context", ContextKeys.CONTEXT_DEVICE);
    setDefault(embeddingCol, "embedding");
    setDefault(identifyLanguage, (Object) false);
  }

  /** Reads an embedder that was saved; Spark's pipelines call it. */
  public static MLReader<SpeakerEmbedder> read() {
    return new DefaultParamsReadable<SpeakerEmbedder>() {}.read();
  }

  /** Reads an embedder that was saved. */
  public static SpeakerEmbedder load(String path) {
    return read().load(path);
  }

  @Override
  List<ConfKey<?>> keys() {
    return ContextKeys.KEYS;
  }

  @Override
  StructType made() {
    return ContextSchema.COLUMNS;
  }

  @Override
  Set<String> ofJobs() {
    return Set.of(
        "utt_id", "run_id", "attempt", "speaker_id", "speaker_cluster", "cluster_distance");
  }

  @Override
  Map<Param<String>, DataType> extraTypes() {
    return Map.of(embeddingCol, SQLDataTypes.VectorType());
  }

  @Override
  Map<Param<String>, Column> extras(Column made) {
    Column vector = made.getField("speaker");
    return Map.of(embeddingCol, when(vector.isNotNull(), array_to_vector(vector)));
  }

  @Override
  Map<InputColumn, Param<String>> moreInputs() {
    return Map.of();
  }

  @Override
  String defaultTask() {
    return "";
  }

  @Override
  RowsBeside rows(SparkSession spark, EspalierConf conf) {
    ContextOptions options = ContextJobOptions.context(conf);
    ContextFactory factory = new BundleContexts(spark, getBundle(), getIdentifyLanguage(), options);
    if (factory.speakerFingerprint().isEmpty()) {
      throw new UsageException(
          "Cannot embed speakers: %s has no speaker encoder. Add one with espalier import --speaker"
              .formatted(getBundle()));
    }
    if (getIdentifyLanguage() && !factory.identifies()) {
      throw new UsageException(
          "Cannot identify languages: %s has no OWSM. Call setIdentifyLanguage(false)"
              .formatted(getBundle()));
    }
    String fingerprint =
        Fingerprint.ofContexts(
            factory.fingerprint(),
            LanguageCodes.option(getLanguage(), "language").orElse(null),
            options,
            BuildVersion.current());
    return new RowsBeside(
        new ContextMaker(factory, "", fingerprint, getIdentifyLanguage(), options.batchSeconds()),
        made(),
        Collections.singletonList(null),
        conf.get(InvalidRows.KEY));
  }

  /** Column to add: the speaker as a vector of Spark ML, null for rows that fail. */
  public Param<String> embeddingCol() {
    return embeddingCol;
  }

  public String getEmbeddingCol() {
    return getOrDefault(embeddingCol);
  }

  public SpeakerEmbedder setEmbeddingCol(String value) {
    return with(embeddingCol, value);
  }

  /** Longest audio for the speaker encoder. */
  public DoubleParam speakerWindowS() {
    return speakerWindowS;
  }

  public double getSpeakerWindowS() {
    return (Double) getOrDefault(speakerWindowS);
  }

  public SpeakerEmbedder setSpeakerWindowS(double value) {
    return with(speakerWindowS, value);
  }

  /** Longest audio for the event encoder. */
  public DoubleParam eventWindowS() {
    return eventWindowS;
  }

  public double getEventWindowS() {
    return (Double) getOrDefault(eventWindowS);
  }

  public SpeakerEmbedder setEventWindowS(double value) {
    return with(eventWindowS, value);
  }

  /** Seconds of padded audio in a batch. */
  public DoubleParam batchSeconds() {
    return batchSeconds;
  }

  public double getBatchSeconds() {
    return (Double) getOrDefault(batchSeconds);
  }

  public SpeakerEmbedder setBatchSeconds(double value) {
    return with(batchSeconds, value);
  }

  /** Whether the language of rows that name none is identified. */
  public BooleanParam identifyLanguage() {
    return identifyLanguage;
  }

  public boolean getIdentifyLanguage() {
    return (Boolean) getOrDefault(identifyLanguage);
  }

  public SpeakerEmbedder setIdentifyLanguage(boolean value) {
    return with(identifyLanguage, value);
  }

  /** Minimum probability of an identified language. */
  public DoubleParam minLanguageProbability() {
    return minLanguageProbability;
  }

  public double getMinLanguageProbability() {
    return (Double) getOrDefault(minLanguageProbability);
  }

  public SpeakerEmbedder setMinLanguageProbability(double value) {
    return with(minLanguageProbability, value);
  }

  /** What to do with rows whose language is less probable. */
  public Param<String> uncertainLanguage() {
    return uncertainLanguage;
  }

  public String getUncertainLanguage() {
    return getOrDefault(uncertainLanguage);
  }

  public SpeakerEmbedder setUncertainLanguage(String value) {
    return with(uncertainLanguage, value);
  }
}
