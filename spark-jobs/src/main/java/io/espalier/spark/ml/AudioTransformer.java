package io.espalier.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.spark.manifest.LanguageCodes;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.task.AudioKeys;
import io.espalier.spark.task.StageTask;
import io.espalier.spark.task.TaskCounters;
import io.espalier.spark.task.TaskKeys;
import io.espalier.spark.task.TaskOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A stage as a transformer: adds columns to rows with audio, of a batch or of a stream, and runs no
 * Spark job for it.
 *
 * @param <T> the transformer itself
 */
abstract class AudioTransformer<T extends AudioTransformer<T>> extends Transformer
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private static final String ROW = "row";
  private static final String MADE = "made";

  private final String uid;
  private final KeyParams keyParams;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> idCol;
  private final Param<String> startCol;
  private final Param<String> endCol;
  private final Param<String> languageCol;
  private final Param<String> bundle;
  private final Param<String> language;
  private final Param<String> device;
  private final Param<String> handleInvalid;

  /**
   * @param outputCol default of the parameter
   * @param deviceKey the stage's own key of the device
   */
  AudioTransformer(String uid, String outputCol, ConfKey<String> deviceKey) {
    // Parameters need the uid, so nothing may be made before it.
    this.uid = uid;
    keyParams = new KeyParams(this);
    inputCol =
        column(
            "inputCol",
            "Column of the audio: a path or URI, the bytes of a file, or struct<bytes, path>.");
    this.outputCol =
        column(
            "outputCol",
            "Column to add: a struct with status, error_code, error_message and the results.");
    idCol = column("idCol", "Column that names the rows in messages. Random gates draw by it.");
    startCol = column("startCol", "Column of the second of the file at which the row starts.");
    endCol = column("endCol", "Column of the second of the file at which the row ends.");
    languageCol = column("languageCol", "Column of the language of the row; null takes language.");
    bundle = keyParams.text("bundle", StageKeys.BUNDLE);
    language = keyParams.text("language", StageKeys.LANGUAGE);
    device = keyParams.text("device", deviceKey);
    handleInvalid = keyParams.text("handleInvalid", InvalidRows.KEY);
    setDefault(inputCol, "audio");
    setDefault(this.outputCol, outputCol);
  }

  /** The keys of the command. */
  abstract List<ConfKey<?>> keys();

  /** Columns of the rows that the stage makes. */
  abstract StructType made();

  /** Those of them that a job fills and a transformer cannot. */
  abstract Set<String> ofJobs();

  /** The columns to add besides the struct, by the parameter that names each, with their types. */
  abstract Map<Param<String>, DataType> extraTypes();

  /** The same columns, out of the row that the stage made. */
  abstract Map<Param<String>, Column> extras(Column made);

  /** The columns to read besides those that every stage reads. */
  abstract Map<InputColumn, Param<String>> moreInputs();

  /**
   * Opens what the tasks need, apart from models.
   *
   * @throws UsageException if there is no such bundle or it cannot do the work
   */
  abstract RowsBeside rows(SparkSession spark, EspalierConf conf);

  /** The task of rows that name none. */
  abstract String defaultTask();

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public T copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * The schema with the columns that are added.
   *
   * @throws UsageException listing every column that cannot be read or added
   */
  @Override
  public StructType transformSchema(StructType schema) {
    inputs(schema);
    StructType result = schema;
    for (Map.Entry<Param<String>, DataType> extra : extraTypes().entrySet()) {
      result = result.add(getOrDefault(extra.getKey()), extra.getValue(), true);
    }
    StructType fields = new StructType();
    for (StructField field : results()) {
      fields = fields.add(field.name(), field.dataType(), true);
    }
    return result.add(getOutputCol(), fields, false);
  }

  /**
   * Adds the columns.
   *
   * @throws UsageException if a column, a parameter, the bundle or the device cannot be used; says
   *     which and what to do
   */
  @Override
  public Dataset<Row> transform(Dataset<?> rows) {
    InputColumns inputs = inputs(rows.schema());
    SparkSession spark = rows.sparkSession();
    EspalierConf conf = conf(spark);
    TaskOptions options = TaskResources.of(spark, TaskOptions.of(conf, getDevice()));
    RowsBeside maker = rows(spark, conf);
    StageTask task =
        new StageTask(
            options,
            List.of(InputColumns.ROW),
            maker,
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf())),
            TaskCounters.register(spark.sparkContext()));
    String given = LanguageCodes.option(getLanguage(), "language").orElse(null);
    Dataset<Row> made =
        inputs
            .manifest(rows, given, defaultTask())
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>) task::call,
                Encoders.row(
                    new StructType()
                        .add(ROW, inputs.row(), false)
                        .add(MADE, maker.schema(), false)));
    return made.select(
        Stream.of(
                inputs.restored(col(ROW)).stream(),
                extras(col(MADE)).entrySet().stream()
                    .map(extra -> extra.getValue().as(getOrDefault(extra.getKey()))),
                Stream.of(result(col(MADE)).as(getOutputCol())))
            .flatMap(columns -> columns)
            .toArray(Column[]::new));
  }

  private Column result(Column made) {
    return struct(
        results().stream()
            .map(field -> made.getField(field.name()).as(field.name()))
            .toArray(Column[]::new));
  }

  private List<StructField> results() {
    return Arrays.stream(made().fields())
        .filter(field -> !ofJobs().contains(field.name()))
        .toList();
  }

  private InputColumns inputs(StructType schema) {
    Map<InputColumn, String> names = new EnumMap<>(InputColumn.class);
    Map<InputColumn, Param<String>> all = new EnumMap<>(InputColumn.class);
    all.putAll(moreInputs());
    all.putAll(
        Map.of(
            InputColumn.AUDIO, inputCol,
            InputColumn.ID, idCol,
            InputColumn.START, startCol,
            InputColumn.END, endCol,
            InputColumn.LANGUAGE, languageCol));
    all.forEach(
        (input, param) -> {
          if (isDefined(param)) {
            names.put(input, getOrDefault(param));
          }
        });
    Map<String, String> outputs = new LinkedHashMap<>();
    extraTypes().keySet().forEach(param -> outputs.put(param.name(), getOrDefault(param)));
    outputs.put(outputCol.name(), getOutputCol());
    return InputColumns.of(schema, names, outputs);
  }

  /** The parameters; of the session only what administrators decide. */
  private EspalierConf conf(SparkSession spark) {
    if (!isDefined(bundle)) {
      throw new UsageException(
          "Missing bundle: call setBundle with the directory of a model bundle");
    }
    Map<String, String> properties = new HashMap<>();
    Stream.of(TaskKeys.KEYS, AudioKeys.KEYS)
        .flatMap(List::stream)
        .map(ConfKey::property)
        .filter(property -> spark.conf().contains(property))
        .forEach(property -> properties.put(property, spark.conf().get(property)));
    List<ConfKey<?>> known = new ArrayList<>(keys());
    known.add(InvalidRows.KEY);
    return EspalierConf.of(known, properties, keyParams.options());
  }

  KeyParams keyParams() {
    return keyParams;
  }

  /** A parameter that names a column. */
  final Param<String> column(String name, String description) {
    return new Param<>(this, name, description);
  }

  @SuppressWarnings("unchecked") // T is the class of this.
  final <V> T with(Param<V> param, V value) {
    set(param, value);
    return (T) this;
  }

  /** Column of the audio: paths, bytes, or a struct of both. */
  public Param<String> inputCol() {
    return inputCol;
  }

  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  public T setInputCol(String value) {
    return with(inputCol, value);
  }

  /** Column to add: a struct with the columns of the stage's table. */
  public Param<String> outputCol() {
    return outputCol;
  }

  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  public T setOutputCol(String value) {
    return with(outputCol, value);
  }

  /** Column of the rows' names. */
  public Param<String> idCol() {
    return idCol;
  }

  public String getIdCol() {
    return getOrDefault(idCol);
  }

  public T setIdCol(String value) {
    return with(idCol, value);
  }

  /** Column of the first second to use. */
  public Param<String> startCol() {
    return startCol;
  }

  public String getStartCol() {
    return getOrDefault(startCol);
  }

  public T setStartCol(String value) {
    return with(startCol, value);
  }

  /** Column of the second to end at. */
  public Param<String> endCol() {
    return endCol;
  }

  public String getEndCol() {
    return getOrDefault(endCol);
  }

  public T setEndCol(String value) {
    return with(endCol, value);
  }

  /** Column of the language. */
  public Param<String> languageCol() {
    return languageCol;
  }

  public String getLanguageCol() {
    return getOrDefault(languageCol);
  }

  public T setLanguageCol(String value) {
    return with(languageCol, value);
  }

  /** Directory of the bundle. */
  public Param<String> bundle() {
    return bundle;
  }

  public String getBundle() {
    return getOrDefault(bundle);
  }

  public T setBundle(String value) {
    return with(bundle, value);
  }

  /** Language of rows that name none. */
  public Param<String> language() {
    return language;
  }

  public String getLanguage() {
    return getOrDefault(language);
  }

  public T setLanguage(String value) {
    return with(language, value);
  }

  /** Where the model computes. */
  public Param<String> device() {
    return device;
  }

  public String getDevice() {
    return getOrDefault(device);
  }

  public T setDevice(String value) {
    return with(device, value);
  }

  /** What to do with rows that fail. */
  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  public String getHandleInvalid() {
    return getOrDefault(handleInvalid);
  }

  public T setHandleInvalid(String value) {
    return with(handleInvalid, value);
  }
}
