package io.espalier.spark.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.pruning.UtteranceContext;
import io.espalier.spark.TestSpark;
import io.espalier.spark.task.ContextColumns;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextJoinTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir private Path directory;

  @Test
  void rowsGetTheContextsOfTheNewestRun() {
    Map<String, Row> rows = joined(SpeakerContext.UTTERANCE, Optional.empty());
    UtteranceContext a = ContextColumns.context(rows.get("a"));
    assertThat(a.speaker()).containsExactly(0, 2);
    assertThat(a.event()).containsExactly(1);
    assertThat(a.speakerFlops()).isEqualTo(30_000_000);
    assertThat(a.eventFlops()).isEqualTo(5_000_000);
    assertThat(a.targetSparsity()).isEqualTo(0.3);
    assertThat(ContextColumns.cluster(rows.get("a"))).isEqualTo(4);
    assertThat(rows.get("a").<String>getAs("language")).isEqualTo("eng");
    assertThat(rows.get("b").<String>getAs("language")).isEqualTo("deu");
  }

  @Test
  void aRowWithoutContextsKeepsItsPlace() {
    Row row = joined(SpeakerContext.UTTERANCE, Optional.empty()).get("c");
    UtteranceContext none = ContextColumns.context(row);
    assertThat(none.speaker()).isNull();
    assertThat(none.event()).isNull();
    assertThat(none.targetSparsity()).isNaN();
    assertThat(ContextColumns.cluster(row)).isNull();
  }

  @Test
  void aClustersCentreIsTheMeanOfItsVectorsAtLengthOne() {
    Map<String, Row> rows = joined(SpeakerContext.CLUSTER, Optional.empty());
    assertThat(ContextColumns.context(rows.get("a")).speaker()).containsExactly(0.5f, 0.5f);
    assertThat(ContextColumns.context(rows.get("b")).speaker()).containsExactly(0.5f, 0.5f);
  }

  @Test
  void anotherRunCanBeNamed() {
    Map<String, Row> rows = joined(SpeakerContext.UTTERANCE, Optional.of("r1"));
    assertThat(ContextColumns.context(rows.get("a")).speaker()).containsExactly(9, 9);
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> joined(SpeakerContext.UTTERANCE, Optional.of("r7")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has no rows with status ok in run r7");
    String nowhere = directory.resolve("nowhere").toString();
    assertThatThrownBy(
            () -> ContextJoin.of(SPARK, nowhere, Optional.empty(), SpeakerContext.UTTERANCE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Make it with espalier context");
  }

  @Test
  void rowsWithoutContextsAreCountedAndATableAboutOthersIsRefused() {
    String table = directory.resolve("contexts").toString();
    contexts().write().parquet(table);
    ContextJoin join = ContextJoin.of(SPARK, table, Optional.empty(), SpeakerContext.UTTERANCE);
    assertThat(join.lacking(ids("a", "c", "d"), 3)).isEqualTo(2);
    assertThat(join.lacking(ids("a", "b"), 2)).isZero();
    assertThatThrownBy(() -> join.lacking(ids("c", "d"), 2))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has none of the manifest's 2 rows")
        .hasMessageContaining("--with-contexts");
  }

  private static Dataset<Row> ids(String... ids) {
    return SPARK.createDataset(List.of(ids), Encoders.STRING()).toDF("utt_id");
  }

  private Map<String, Row> joined(SpeakerContext speaker, Optional<String> run) {
    String table = directory.resolve("contexts").toString();
    contexts().write().mode("overwrite").parquet(table);
    StructType schema =
        new StructType()
            .add("utt_id", DataTypes.StringType)
            .add("language", DataTypes.StringType)
            .add("target_sparsity", DataTypes.DoubleType);
    Dataset<Row> manifest =
        SPARK.createDataFrame(
            List.of(
                RowFactory.create("a", "eng", 0.3),
                RowFactory.create("b", null, null),
                RowFactory.create("c", null, null)),
            schema);
    Map<String, Row> rows = new HashMap<>();
    ContextJoin.of(SPARK, table, run, speaker)
        .join(manifest)
        .collectAsList()
        .forEach(row -> rows.put(row.getAs("utt_id"), row));
    assertThat(rows).hasSize(3);
    return rows;
  }

  private static Dataset<Row> contexts() {
    StructType schema =
        new StructType()
            .add("utt_id", DataTypes.StringType)
            .add("run_id", DataTypes.StringType)
            .add("status", DataTypes.StringType)
            .add("fingerprint", DataTypes.StringType)
            .add("speaker", DataTypes.createArrayType(DataTypes.FloatType))
            .add("speaker_cluster", DataTypes.IntegerType)
            .add("event", DataTypes.createArrayType(DataTypes.FloatType))
            .add("language", DataTypes.StringType)
            .add(
                "gflops",
                new StructType()
                    .add("speaker", DataTypes.DoubleType)
                    .add("event", DataTypes.DoubleType));
    Row cost = RowFactory.create(0.03, 0.005);
    return SPARK.createDataFrame(
        List.of(
            RowFactory.create("a", "r1", "ok", "f", floats(9, 9), 1, floats(7), "fra", cost),
            RowFactory.create("a", "r2", "ok", "f", floats(0, 2), 4, floats(1), "fra", cost),
            RowFactory.create("b", "r2", "ok", "f", floats(3, 0), 4, floats(2), "deu", cost),
            RowFactory.create("c", "r2", "failed", "f", null, null, null, null, null)),
        schema);
  }

  private static Float[] floats(float... values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < boxed.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }
}
