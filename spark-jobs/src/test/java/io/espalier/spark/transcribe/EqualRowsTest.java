package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.conf.EspalierConf;
import io.espalier.spark.TestSpark;
import io.espalier.spark.bundle.OwsmOpener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A row is the same however its job was divided: into batches, tasks, commits, orders. */
class EqualRowsTest {
  private static final SparkSession SPARK = TestSpark.session();

  /** What tells one run from another, and what tells how long it took. */
  private static final Set<String> OF_THE_RUN = Set.of("run_id", "timing", "rtfx");

  /** What rounding in sums of other shapes may change. */
  private static final Set<String> SCORES =
      Set.of("score", "mean_logprob", "no_speech_probability", "confidence");

  private static final double CLOSE = 0.01;

  @TempDir private Path directory;

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of(ReferenceSets.owsmAed().get(0), "random:0.7/0.6:3"),
        Arguments.of(ReferenceSets.owsmCtc().get(0), "random:0.7/0:3"));
  }

  @ParameterizedTest
  @MethodSource("models")
  void aRowDoesNotDependOnHowItsJobWasDivided(ReferenceSet set, String gates) {
    Path bundle = directory.resolve("bundle");
    set.importTo(bundle);
    List<Row> manifest = manifest(set);
    List<Row> alone = run(job(manifest, bundle, gates), "12", "1", "100");
    List<Row> reversed = new ArrayList<>();
    manifest.forEach(row -> reversed.add(0, row));
    List<Row> together = run(job(reversed, bundle, gates), "2", "240", "4");
    assertThat(alone).extracting(row -> row.getAs("status")).contains("ok", "failed");
    assertThat(alone).extracting(row -> row.getAs("words")).anyMatch(words -> words != null);
    assertThat(batchSizes(alone)).containsOnly(1);
    assertThat(batchSizes(together)).anyMatch(size -> size > 1);
    assertThat(alone.get(0).schema().fieldNames())
        .containsExactlyElementsOf(TranscriptSchema.columnNames());
    for (int i = 0; i < alone.size(); i++) {
      Row own = alone.get(i);
      for (String column : TranscriptSchema.columnNames()) {
        if (!OF_THE_RUN.contains(column)) {
          assertSame(own.getAs("utt_id") + "." + column, own, together.get(i), column);
        }
      }
    }
  }

  private static List<Row> manifest(ReferenceSet set) {
    List<Row> manifest = new ArrayList<>();
    for (String wav : set.recordings()) {
      boolean even = manifest.size() % 2 == 0;
      String language = even ? "eng" : null;
      String before = even ? null : "what was said";
      manifest.add(
          RowFactory.create(wav, set.audio(wav).toString(), language, before, "ref", null));
    }
    manifest.add(RowFactory.create("gone", "/nowhere/gone.wav", "eng", null, null, null));
    return manifest;
  }

  private TranscribeJob job(List<Row> manifest, Path bundle, String gates) {
    TranscribeJob job =
        new TranscribeJob(SPARK, directory)
            .option("bundle", bundle.toString())
            .option("threads", "1")
            .option("gates", gates)
            .option("pad", "none")
            .option("words", "true")
            .option("beam", "2")
            .option("maxlenratio", "-20");
    manifest.forEach(job::row);
    return job.writeManifest();
  }

  private static List<Row> run(
      TranscribeJob job, String partitions, String batchSeconds, String commitEvery) {
    EspalierConf conf =
        job.option("partitions", partitions)
            .option("batch-seconds", batchSeconds)
            .option("commit-every", commitEvery)
            .conf();
    job.run(BundleTranscribers.of(SPARK, conf, new OwsmOpener()));
    return job.assertOneRowPerInput();
  }

  private static List<Integer> batchSizes(List<Row> rows) {
    return rows.stream()
        .filter(row -> row.getAs("status").equals("ok"))
        .map(row -> row.<Row>getAs("timing").<Integer>getAs("batch_size"))
        .toList();
  }

  /** Values are equal, those of scores are close. */
  private static void assertSame(String name, Row one, Row other, String column) {
    int at = one.fieldIndex(column);
    assertThat(other.isNullAt(at)).as(name).isEqualTo(one.isNullAt(at));
    DataType type = one.schema().apply(column).dataType();
    if (one.isNullAt(at)) {
      return;
    }
    if (type instanceof StructType parts) {
      assertSame(name, parts, List.of(one.getStruct(at)), List.of(other.getStruct(at)));
    } else if (type instanceof ArrayType array && array.elementType() instanceof StructType parts) {
      assertSame(name, parts, one.getList(at), other.getList(at));
    } else if (SCORES.contains(column)) {
      assertThat(other.getDouble(at)).as(name).isCloseTo(one.getDouble(at), within(CLOSE));
    } else {
      assertThat(other.get(at)).as(name).isEqualTo(one.get(at));
    }
  }

  private static void assertSame(String name, StructType parts, List<Row> one, List<Row> other) {
    assertThat(other).as(name).hasSameSizeAs(one);
    for (int i = 0; i < one.size(); i++) {
      for (String part : parts.fieldNames()) {
        assertSame(name + "." + part, one.get(i), other.get(i), part);
      }
    }
  }
}
