package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A kind of table that commands write and read, recognised by its columns.
 *
 * @param label its name in messages
 * @param maker the command that writes it
 * @param columns that identify a table of this kind
 * @param written additional columns that writers need
 * @param read additional columns that readers need
 */
public record TableKind(
    String label, String maker, StructType columns, List<String> written, List<String> read) {
  /** The table that {@code espalier transcribe} writes. */
  public static final TableKind TRANSCRIPTS =
      new TableKind(
          "a transcripts table",
          "espalier transcribe",
          texts("utt_id", "run_id", "status", "hypothesis"),
          List.of("fingerprint", "attempt"),
          List.of(
              "error_code",
              "language",
              "task",
              "reference",
              "speaker_cluster",
              "duration_s",
              "gflops"));

  /** The table that {@code espalier context} writes. */
  public static final TableKind CONTEXTS =
      new TableKind(
          "a contexts table",
          "espalier context",
          texts("utt_id", "run_id", "status", "fingerprint")
              .add("speaker", DataTypes.createArrayType(DataTypes.FloatType)),
          List.of("attempt"),
          List.of("speaker_cluster", "event", "language", "gflops"));

  /** Scores per utterance. */
  public static final TableKind SCORES =
      new TableKind(
          "a scores table",
          "espalier score",
          texts("utt_id", "run_id", "wer_signature", "bleu_signature")
              .add("wer", DataTypes.DoubleType)
              .add("cer", DataTypes.DoubleType),
          List.of(),
          List.of());

  /** Scores per group of utterances. */
  public static final TableKind SCORE_GROUPS =
      new TableKind(
          "a table of scores by group",
          "espalier score",
          texts("run_id", "grouping").add("wer", DataTypes.DoubleType),
          List.of(),
          List.of());

  /** Differences of pairs of runs. */
  public static final TableKind SCORE_COMPARISONS =
      new TableKind(
          "a table of comparisons of runs",
          "espalier score",
          texts("run_a", "run_b", "grouping", "metric"),
          List.of(),
          List.of());

  /** The table that {@code espalier compare} writes. */
  public static final TableKind COMPARISON =
      new TableKind(
          "a comparison", "espalier compare", texts("variant", "run_id"), List.of(), List.of());

  /** A list of utterances, only used to recognise manifests. */
  private static final TableKind MANIFEST =
      new TableKind(
          "a manifest",
          "espalier manifest",
          texts("utt_id").add("audio", DataTypes.NullType),
          List.of(),
          List.of());

  private static StructType texts(String... names) {
    StructType columns = new StructType();
    for (String name : names) {
      columns = columns.add(name, DataTypes.StringType);
    }
    return columns;
  }

  /**
   * Reads a table of this kind.
   *
   * @throws UsageException if the table does not exist or is of another kind
   */
  public Dataset<Row> read(SparkSession spark, String name) {
    TableRef table = TableRef.of(spark, name);
    Dataset<Row> rows = Tables.read(spark, table);
    require(table, rows.schema(), List.of(), "Make one with " + maker);
    List<String> lacking = lacking(rows.schema(), read);
    if (!lacking.isEmpty()) {
      throw new UsageException(
          ("Cannot use table: %s is %s without the columns %s. %s adds them when"
                  + " it writes to the table")
              .formatted(table, label, String.join(", ", lacking), maker));
    }
    return rows;
  }

  /** Refuses to write rows of this kind to a table of another kind. */
  public void requireOwn(TableRef table, StructType present) {
    require(table, present, written, "Give another name with --table");
  }

  private void require(TableRef table, StructType present, List<String> more, String fix) {
    List<String> faults = faults(present, more);
    if (!faults.isEmpty()) {
      String looks = recognised(present).map(kind -> ", it looks like " + kind.label).orElse("");
      throw new UsageException(
          "Cannot use table: %s exists but is not %s%s: %s. %s"
              .formatted(table, label, looks, String.join("; ", faults), fix));
    }
  }

  private static List<String> lacking(StructType present, List<String> names) {
    List<String> there = List.of(present.fieldNames());
    return names.stream().filter(name -> there.stream().noneMatch(name::equalsIgnoreCase)).toList();
  }

  private Optional<TableKind> recognised(StructType present) {
    return Stream.of(
            TRANSCRIPTS, CONTEXTS, SCORES, SCORE_GROUPS, SCORE_COMPARISONS, COMPARISON, MANIFEST)
        .filter(kind -> !kind.equals(this) && kind.faults(present, List.of()).isEmpty())
        .findFirst();
  }

  private List<String> faults(StructType present, List<String> more) {
    Map<String, DataType> types = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (var field : present.fields()) {
      types.put(field.name(), field.dataType());
    }
    List<String> missing = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (var wanted : columns.fields()) {
      DataType type = types.get(wanted.name());
      if (type == null) {
        missing.add(wanted.name());
      } else if (!isSame(type, wanted.dataType())) {
        faults.add(
            "column %s is %s, must be %s"
                .formatted(wanted.name(), type.catalogString(), wanted.dataType().catalogString()));
      }
    }
    missing.addAll(lacking(present, more));
    if (!missing.isEmpty()) {
      faults.add(0, "it has no " + String.join(", ", missing));
    }
    return faults;
  }

  private static boolean isSame(DataType there, DataType wanted) {
    return wanted.equals(DataTypes.NullType)
        || there.asNullable().catalogString().equals(wanted.asNullable().catalogString());
  }
}
