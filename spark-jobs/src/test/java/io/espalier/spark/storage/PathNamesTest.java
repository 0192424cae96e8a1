package io.espalier.spark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.bundle.BundleCard;
import io.espalier.spark.bundle.BundleFiles;
import io.espalier.spark.cluster.ClusterModel;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.manifest.ManifestMaker;
import io.espalier.spark.manifest.ManifestMaker.Kind;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths are names; what would match them as patterns lies beside them. */
class PathNamesTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final String WORST = "a,b [2024]{x,y}?* c:d\\e 100%20 ä";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"set [2024]", "{a,b}", WORST})
  void everyReaderTakesANameLiterally(String name) throws IOException {
    for (String decoy : List.of("set 2", "k1", "a", "b", "wet", "what")) {
      fill(directory.resolve(decoy), "decoy");
    }
    Path place = directory.resolve(name);
    fill(place, "right");
    assertThat(ids(Manifest.read(SPARK, place + "/m.jsonl").collectAsList()))
        .containsExactly("right");
    assertThat(Manifest.read(SPARK, place + "/m.jsonl").first().<Row>getAs("audio").getString(1))
        .isEqualTo("file:" + place + "/a.wav");
    assertThat(made(place + "/kaldi", Kind.KALDI)).containsExactly("right");
    assertThat(made(place + "/nemo.jsonl", Kind.NEMO)).containsExactly("right");
    assertThat(made(place + "/cuts.jsonl", Kind.LHOTSE)).containsExactly("right");
    assertThat(made(place + "/wavs", Kind.DIRECTORY)).containsExactly("right.wav");
  }

  @Test
  void tablesOfFilesAreWrittenAndReadUnderAnyName() {
    TableRef table = TableRef.of(SPARK, directory.resolve(WORST) + "/t.parquet");
    Tables.replace(table, SPARK.sql("SELECT 'a' AS utt_id, 1 AS x"));
    Tables.append(table, SPARK.sql("SELECT 'b' AS utt_id, 2 AS x"));
    Tables.upsert(table, SPARK.sql("SELECT 'b' AS utt_id, 3 AS x"), List.of("utt_id"));
    assertThat(Tables.read(SPARK, table).orderBy("utt_id").collectAsList())
        .extracting(row -> row.getInt(1))
        .containsExactly(1, 3);
  }

  @Test
  void aBundleIsOpenedUnderAnyName() throws IOException {
    Path bundle = Files.createDirectories(directory.resolve(WORST));
    Files.writeString(
        bundle.resolve("bundle.yaml"), "format: 1\nkind: owsm-aed\ncard: {name: odd}\nfiles: {}\n");
    byte[] header = new byte[10];
    header[0] = 2;
    System.arraycopy("{}".getBytes(StandardCharsets.US_ASCII), 0, header, 8, 2);
    Files.write(bundle.resolve("model.safetensors"), header);
    BundleCard card = BundleCard.read(SPARK, bundle.toString());
    assertThat(card.name()).isEqualTo("odd");
    assertThat(card.parameters()).containsEntry("model.safetensors", 0L);
    String fingerprint =
        BundleFiles.fingerprint(SPARK.sessionState().newHadoopConf(), bundle.toString());
    try (BundleFiles files =
        BundleFiles.local(SPARK.sessionState().newHadoopConf(), bundle.toString(), fingerprint)) {
      assertThat(files.directory()).isEqualTo(bundle);
    }
  }

  @Test
  void aClusteringIsSavedAndLoadedUnderAnyName() {
    PipelineStage[] stages = {
      new VectorAssembler().setInputCols(new String[] {"x"}).setOutputCol("features"),
      new KMeans().setK(2).setSeed(1)
    };
    ClusterModel model =
        new ClusterModel(
            new Pipeline()
                .setStages(stages)
                .fit(SPARK.sql("SELECT CAST(id AS DOUBLE) x FROM range(4)")));
    String place = directory.resolve(WORST.replace(":", "")).toString();
    model.save(SPARK, place, "encoder");
    assertThat(ClusterModel.load(SPARK, place, "encoder").orElseThrow().centers())
        .isEqualTo(model.centers());
  }

  @Test
  void aClusteringUnderANameThatMllibCannotReadIsRefusedFirst() {
    String place = directory.resolve("a:b").toString();
    assertThatThrownBy(() -> ClusterModel.load(SPARK, place, "encoder"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("colon");
  }

  @Test
  void aWarehouseMayHaveAnyName() {
    String catalog = "odd_" + UUID.randomUUID().toString().replace('-', '_');
    SparkSession session = SPARK.newSession();
    session.conf().set("spark.sql.catalog." + catalog, "org.apache.iceberg.spark.SparkCatalog");
    session.conf().set("spark.sql.catalog." + catalog + ".type", "hadoop");
    session
        .conf()
        .set("spark.sql.catalog." + catalog + ".warehouse", directory.resolve(WORST).toString());
    TableRef table = TableRef.of(session, catalog + ".db.t");
    Tables.replace(table, session.sql("SELECT 'a' AS utt_id"));
    Tables.append(table, session.sql("SELECT 'b' AS utt_id"));
    assertThat(ids(Tables.read(session, table).orderBy("utt_id").collectAsList()))
        .containsExactly("a", "b");
    assertThat(session.sql("SHOW TABLES IN " + catalog + ".db").count()).isEqualTo(1);
  }

  @Test
  void aPatternIsNoPath() throws IOException {
    fill(directory.resolve("a"), "right");
    assertThatThrownBy(() -> Manifest.read(SPARK, directory + "/*/m.jsonl"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("A path is a name, not a pattern");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:b/m.jsonl",
        "file://server/m.jsonl",
        "C:\\m.jsonl",
        "unknown://x/m.jsonl",
        "s3a://bucket/m.jsonl",
        "http://x/a b.jsonl"
      })
  void aPathThatNothingOpensIsAMistakeWithAMessage(String path) {
    assertThatThrownBy(() -> Manifest.read(SPARK, path))
        .isInstanceOf(UsageException.class)
        .message()
        .isNotBlank();
    assertThatThrownBy(() -> BundleCard.read(SPARK, path)).isInstanceOf(UsageException.class);
  }

  private List<String> made(String source, Kind kind) {
    String table = directory.resolve("made-" + kind + UUID.randomUUID()).toString();
    ManifestMaker.Request request =
        new ManifestMaker.Request(
            source, Kind.AUTO, Optional.empty(), Map.of(), Optional.empty(), Optional.empty());
    assertThat(ManifestMaker.make(SPARK, request, table, false).kind()).isEqualTo(kind);
    return ids(Tables.read(SPARK, TableRef.of(SPARK, table)).collectAsList());
  }

  private static List<String> ids(List<Row> rows) {
    return rows.stream().map(row -> row.<String>getAs("utt_id")).toList();
  }

  private static void fill(Path place, String id) throws IOException {
    Files.createDirectories(place.resolve("kaldi"));
    Files.createDirectories(place.resolve("wavs"));
    Files.writeString(
        place.resolve("m.jsonl"), "{\"utt_id\":\"" + id + "\",\"audio\":\"a.wav\"}\n");
    Files.writeString(place.resolve("kaldi/wav.scp"), id + " a.wav\n");
    Files.writeString(
        place.resolve("nemo.jsonl"), "{\"id\":\"" + id + "\",\"audio_filepath\":\"a.wav\"}\n");
    Files.writeString(
        place.resolve("cuts.jsonl"),
        ("{\"id\":\"%s\",\"start\":0.0,\"duration\":1.0,\"channel\":0,\"type\":\"MonoCut\","
                + "\"supervisions\":[{\"text\":\"x\"}],\"recording\":{\"id\":\"r\","
                + "\"duration\":1.0,\"sampling_rate\":16000,\"sources\":[{\"type\":\"file\","
                + "\"channels\":[0],\"source\":\"a.wav\"}]}}\n")
            .formatted(id));
    Files.writeString(place.resolve("wavs/" + id + ".wav"), "");
  }
}
