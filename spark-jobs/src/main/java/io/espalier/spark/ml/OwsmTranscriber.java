package io.espalier.spark.ml;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.files.BuildVersion;
import io.espalier.search.DecodingKeys;
import io.espalier.spark.bundle.OwsmOpener;
import io.espalier.spark.manifest.LanguageCodes;
import io.espalier.spark.stage.Fingerprint;
import io.espalier.spark.transcribe.BundleTranscribers;
import io.espalier.spark.transcribe.TranscribeKeys;
import io.espalier.spark.transcribe.TranscribeRows;
import io.espalier.spark.transcribe.TranscriberFactory;
import io.espalier.spark.transcribe.TranscriptSchema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Transcribes or translates the audio of every row, as {@code espalier transcribe} does: adds a
 * column with the text, and one with everything else that the transcripts table has.
 *
 * <p>Audio that cannot be used fails only its own row, which has an {@code error_code} then.
 */
public final class OwsmTranscriber extends DecodingTransformer<OwsmTranscriber> {
  private static final long serialVersionUID = 1L;

  private final Param<String> textCol =
      column("textCol", "Column to add: the text. Null if the row failed.");
  private final Param<String> taskCol =
      column("taskCol", "Column of the task of the row; null takes task.");
  private final Param<String> promptCol =
      column("promptCol", "Column of the text that was said before the audio.");
  private final Param<String> targetSparsityCol =
      column(
          "targetSparsityCol",
          "Column of the share of modules that learned gates should close, 0 to 1.");
  private final Param<String> contextCol =
      column(
          "contextCol",
          "Output column of a SpeakerEmbedder: speakers and sounds for the gates, and languages for"
              + " rows that name none.");
  private final Param<String> task = keyParams().text("task", TranscribeKeys.TASK);
  private final Param<String> gates = keyParams().text("gates", DecodingKeys.GATES);
  private final Param<String> gateContext =
      keyParams().text("gateContext", DecodingKeys.GATE_CONTEXT);
  private final DoubleParam targetSparsity =
      keyParams().decimal("targetSparsity", DecodingKeys.TARGET_SPARSITY);
  private final Param<String> frames = keyParams().text("frames", DecodingKeys.FRAMES);
  private final Param<String> precision = keyParams().text("precision", TranscribeKeys.PRECISION);

  /** A transcriber with a random uid. */
  public OwsmTranscriber() {
    this(Identifiable.randomUID("OwsmTranscriber"));
  }

  public OwsmTranscriber(String uid) {
    super(uid, "transcript", TranscribeKeys.DEVICE);
    setDefault(textCol, "text");
  }

  /** Reads a transcriber that was saved; Spark's pipelines call it. */
  public static MLReader<OwsmTranscriber> read() {
    return new DefaultParamsReadable<OwsmTranscriber>() {}.read();
  }

  /** Reads a transcriber that was saved. */
  public static OwsmTranscriber load(String path) {
    return read().load(path);
  }

  @Override
  List<ConfKey<?>> keys() {
    return TranscribeKeys.KEYS;
  }

  @Override
  StructType made() {
    return TranscriptSchema.with(List.of(), new StructType());
  }

  @Override
  Set<String> ofJobs() {
    return Set.of("utt_id", "run_id", "attempt", "reference");
  }

  @Override
  Map<Param<String>, DataType> extraTypes() {
    return Map.of(textCol, DataTypes.StringType);
  }

  @Override
  Map<Param<String>, Column> extras(Column made) {
    return Map.of(textCol, made.getField("hypothesis"));
  }

  @Override
  Map<InputColumn, Param<String>> moreInputs() {
    return Map.of(
        InputColumn.TASK, taskCol,
        InputColumn.PROMPT, promptCol,
        InputColumn.TARGET_SPARSITY, targetSparsityCol,
        InputColumn.CONTEXT, contextCol);
  }

  @Override
  String defaultTask() {
    return getTask();
  }

  @Override
  RowsBeside rows(SparkSession spark, EspalierConf conf) {
    if (getGates().startsWith("random") && !isDefined(idCol())) {
      throw new UsageException(
          "Cannot draw random gates: they depend on the rows' ids. Call setIdCol, or choose other"
              + " gates");
    }
    TranscriberFactory factory = BundleTranscribers.of(spark, conf, new OwsmOpener());
    String fingerprint =
        Fingerprint.ofJob(
            factory.fingerprint(),
            isDefined(contextCol) ? "column" : "",
            LanguageCodes.option(getLanguage(), "language").orElse(null),
            getTask(),
            BuildVersion.current());
    StructType schema = made();
    return new RowsBeside(
        new TranscribeRows(factory, schema, "", fingerprint, List.of()),
        schema,
        List.of(),
        conf.get(InvalidRows.KEY));
  }

  /** Column to add: the transcript or translation, null for rows that fail. */
  public Param<String> textCol() {
    return textCol;
  }

  public String getTextCol() {
    return getOrDefault(textCol);
  }

  public OwsmTranscriber setTextCol(String value) {
    return with(textCol, value);
  }

  /** Column of the task. */
  public Param<String> taskCol() {
    return taskCol;
  }

  public String getTaskCol() {
    return getOrDefault(taskCol);
  }

  public OwsmTranscriber setTaskCol(String value) {
    return with(taskCol, value);
  }

  /** Column of the text before the audio. */
  public Param<String> promptCol() {
    return promptCol;
  }

  public String getPromptCol() {
    return getOrDefault(promptCol);
  }

  public OwsmTranscriber setPromptCol(String value) {
    return with(promptCol, value);
  }

  /** Column of the share of modules to close. */
  public Param<String> targetSparsityCol() {
    return targetSparsityCol;
  }

  public String getTargetSparsityCol() {
    return getOrDefault(targetSparsityCol);
  }

  public OwsmTranscriber setTargetSparsityCol(String value) {
    return with(targetSparsityCol, value);
  }

  /** Column of contexts for the gates. */
  public Param<String> contextCol() {
    return contextCol;
  }

  public String getContextCol() {
    return getOrDefault(contextCol);
  }

  public OwsmTranscriber setContextCol(String value) {
    return with(contextCol, value);
  }

  /** Task of rows that name none. */
  public Param<String> task() {
    return task;
  }

  public String getTask() {
    return getOrDefault(task);
  }

  public OwsmTranscriber setTask(String value) {
    return with(task, value);
  }

  /** Modules that run. */
  public Param<String> gates() {
    return gates;
  }

  public String getGates() {
    return getOrDefault(gates);
  }

  public OwsmTranscriber setGates(String value) {
    return with(gates, value);
  }

  /** What learned gates look at. */
  public Param<String> frames() {
    return frames;
  }

  public String getFrames() {
    return getOrDefault(frames);
  }

  public OwsmTranscriber setFrames(String value) {
    return with(frames, value);
  }

  public Param<String> gateContext() {
    return gateContext;
  }

  public String getGateContext() {
    return getOrDefault(gateContext);
  }

  public OwsmTranscriber setGateContext(String value) {
    return with(gateContext, value);
  }

  /** Share of closed modules of rows that name none. */
  public DoubleParam targetSparsity() {
    return targetSparsity;
  }

  public double getTargetSparsity() {
    return (Double) getOrDefault(targetSparsity);
  }

  public OwsmTranscriber setTargetSparsity(double value) {
    return with(targetSparsity, value);
  }

  /** What the model computes in. */
  public Param<String> precision() {
    return precision;
  }

  public String getPrecision() {
    return getOrDefault(precision);
  }

  public OwsmTranscriber setPrecision(String value) {
    return with(precision, value);
  }
}
