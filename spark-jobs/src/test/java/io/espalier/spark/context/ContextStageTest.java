package io.espalier.spark.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.espalier.audio.decoder.BrokenAudioFiles;
import io.espalier.audio.decoder.BrokenAudioFiles.BrokenFile;
import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.commit.FaultyCatalog;
import io.espalier.spark.table.commit.RunTable;
import io.espalier.spark.table.commit.TakenOverException;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextStageTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final int VOICES = 4;

  @TempDir Path directory;
  private TranscribeJob job;
  private final FakeContexts sound = FakeContexts.of(VOICES);

  @BeforeEach
  void begin() {
    job = new TranscribeJob(SPARK, directory).option("clustering", "none");
  }

  @Test
  void aRowCarriesEverythingThatTheEncodersSaid() {
    String wav = job.wav(2).toString();
    job.row(RowFactory.create("a", wav, "de", null, null, "anna"))
        .row(RowFactory.create("b", wav, null, null, null, null))
        .writeManifest()
        .run(sound);
    List<Row> rows = rows();
    assertThat(rows)
        .extracting(
            row -> row.getAs("status"),
            row -> row.getAs("language"),
            row -> row.getAs("language_probability"),
            row -> row.getAs("speaker_id"))
        .containsExactly(tuple("ok", "deu", null, "anna"), tuple("ok", "xyz", 0.75, null));
    Row row = rows.get(0);
    assertThat(row.<Float>getList(row.fieldIndex("speaker"))).hasSize(FakeContexts.SIZE);
    assertThat(row.<Float>getList(row.fieldIndex("event")))
        .containsExactly((float) TranscribeJob.samples(2));
    assertThat(row.<Row>getAs("gflops")).isEqualTo(RowFactory.create(1.0, 2.0, 3.0, 6.0));
    assertThat(row.<Double>getAs("duration_s")).isEqualTo(0.03, within(1e-12));
    assertThat(row.<Integer>getAs("sample_rate")).isEqualTo(16_000);
    assertThat(row.<Double>getAs("compute_ms")).isEqualTo(5);
    assertThat(row.<String>getAs("fingerprint")).hasSize(64);
    assertThat(row.<Object>getAs("speaker_cluster")).isNull();
  }

  @Test
  void brokenFilesBecomeFailedRowsWithTheirCodes() throws IOException {
    List<BrokenFile> broken =
        BrokenAudioFiles.writeAll(Files.createDirectory(directory.resolve("broken")));
    broken.forEach(file -> job.row(file.name(), file.path().toString()));
    ContextSummary summary = job.utterances(5).run(sound);
    Map<String, String> codes =
        rows().stream()
            .filter(row -> row.getAs("status").equals("failed"))
            .collect(Collectors.toMap(row -> row.getAs("utt_id"), row -> row.getAs("error_code")));
    assertThat(codes)
        .isEqualTo(
            broken.stream()
                .collect(Collectors.toMap(BrokenFile::name, file -> file.code().name())));
    assertThat(rows()).hasSize(5 + broken.size());
    assertThat(summary.stage().failed()).isEqualTo(broken.size());
  }

  @Test
  void whatIsOddAboutAudioIsToldEvenInATableOfBeforeTheWarnings() {
    job.utterances(2).run(sound.failing(id -> id.equals("utt-001")));
    job.drop("warnings");
    job.row("utt-100", job.antiphase().toString()).writeManifest();
    ContextSummary summary = job.run(sound);
    List<Row> rows = rows();
    assertThat(rows).extracting(row -> row.getAs("status")).containsOnly("ok");
    assertThat(rows.get(0).<Object>getAs("warnings")).isNull();
    assertThat(rows.get(1).getList(rows.get(1).fieldIndex("warnings"))).isEmpty();
    assertThat(rows.get(2).<String>getList(rows.get(2).fieldIndex("warnings")))
        .containsExactly("AUDIO_CHANNELS_CANCEL");
    assertThat(summary.report()).contains("Warnings: AUDIO_CHANNELS_CANCEL in 1 row");
  }

  @Test
  void aSecondRunComputesOnlyWhatHasFailedOrIsNew() {
    job.utterances(6).run(sound.failing(id -> id.equals("utt-002")));
    assertThat(job.run(sound).stage().written()).isEqualTo(1);
    assertThat(rows().get(2).<Integer>getAs("attempt")).isEqualTo(2);
    assertThat(job.utterances(2).run(sound).stage().written()).isEqualTo(2);
    assertThat(job.run(sound).stage().written()).isZero();
    assertThat(rows()).hasSize(8).allMatch(row -> row.getAs("status").equals("ok"));
  }

  @Test
  void otherEncodersOrOptionsBeginANewRun() {
    job.utterances(2).run(sound);
    assertThat(job.run(sound.withFingerprint("other")).stage().written()).isEqualTo(2);
    assertThat(job.option("speaker-window-s", "10").run(sound).stage().written()).isEqualTo(2);
    assertThat(rows()).hasSize(6);
  }

  @Test
  void theVoicesAreFoundWithoutTheirNumber() {
    job.option("clustering", "kmeans").option("max-clusters", "6");
    ContextSummary summary = unnamed(24).run(sound);
    assertThat(summary.clusters().orElseThrow().clusters()).isEqualTo(VOICES);
    assertThat(summary.clusters().orElseThrow().silhouette()).isBetween(0.8, 1.0);
    assertVoicesAreClusters();
    assertThat(rows())
        .allSatisfy(row -> assertThat(row.<Double>getAs("cluster_distance")).isBetween(0.0, 0.1));
  }

  @Test
  void clustersArePlainParquetToo() {
    String table = directory.resolve("contexts").toString();
    job.option("contexts", table).option("table", table);
    job.option("clustering", "bisecting-kmeans").option("clusters", String.valueOf(VOICES));
    unnamed(8).run(sound);
    assertVoicesAreClusters();
  }

  @Test
  void utterancesOfAKnownSpeakerShareACluster() {
    job.option("clustering", "kmeans").option("clusters", "2");
    for (int i = 0; i < 12; i++) {
      String speaker = i < 6 ? "anna" : "bert";
      String wav = job.wav(i).toString();
      job.row(
          RowFactory.create(
              String.format(Locale.ROOT, "utt-%03d", i), wav, "deu", null, null, speaker));
    }
    job.writeManifest().run(sound);
    Map<String, List<Row>> bySpeaker =
        rows().stream().collect(Collectors.groupingBy(row -> row.<String>getAs("speaker_id")));
    assertThat(bySpeaker).hasSize(2);
    bySpeaker.forEach(
        (speaker, rows) ->
            assertThat(rows.stream().map(row -> row.getAs("speaker_cluster")).distinct())
                .as(speaker)
                .hasSize(1));
    // One speaker was given all voices, so that not every utterance is near the centre.
    assertThat(rows()).anyMatch(row -> row.<Double>getAs("cluster_distance") > 0.1);
  }

  @Test
  void aSavedBisectingClusteringKeepsItsNumbers() {
    Path model = directory.resolve("clusters");
    job.option("clustering", "bisecting-kmeans").option("clusters", String.valueOf(VOICES));
    job.option("cluster-model", model.toString());
    ContextSummary first = unnamed(16).run(sound);
    assertVoicesAreClusters();
    assertThat(first.clusters().orElseThrow().loaded()).isFalse();
    Map<Integer, Integer> before = clusterOfVoice();
    ContextSummary second = unnamed(9).run(sound);
    assertThat(second.clusters().orElseThrow().loaded()).isTrue();
    assertThat(second.clusters().orElseThrow().changed()).isEqualTo(9);
    assertThat(clusterOfVoice()).isEqualTo(before);
    assertThat(rows()).hasSize(25);
  }

  @Test
  void aClusteringOfOtherVectorsIsRefused() {
    job.option("clustering", "bisecting-kmeans").option("clusters", "2");
    job.option("cluster-model", directory.resolve("clusters").toString());
    unnamed(6).run(sound);
    assertThatThrownBy(() -> job.run(sound.withFingerprint("other")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("was made with another speaker encoder");
  }

  @Test
  void nothingNewLeavesClustersAsTheyAre() {
    job.option("clustering", "bisecting-kmeans").option("clusters", "2");
    unnamed(6).run(sound);
    assertThat(job.run(sound).clusters()).isEmpty();
    assertThat(job.option("recluster", "true").run(sound).clusters()).isPresent();
  }

  /** Iceberg would delete the manifests of the commits that are said to have failed. */
  @Test
  void clustersAreThereOnceIfTheCatalogDeniesTheirCommit() {
    FaultyCatalog.register(SPARK, "denying", directory.resolve("denying"));
    job.option("table", "denying.db.contexts").option("contexts", "denying.db.contexts");
    job.option("clustering", "bisecting-kmeans").option("clusters", "2");
    unnamed(8).run(sound);
    FaultyCatalog.plan("contexts", FaultyCatalog.Fault.DENIED, FaultyCatalog.Fault.DENIED);
    job.option("clusters", String.valueOf(VOICES)).option("recluster", "true").run(sound);
    assertThat(FaultyCatalog.isDone("contexts")).isTrue();
    assertThat(rows()).hasSize(8);
    assertVoicesAreClusters();
  }

  @Test
  void anotherDriverThatClustersTakesTheRunOver() {
    job.utterances(2).run(sound);
    RunTable computing =
        RunTable.of(SPARK, TableRef.of(SPARK, job.table()), rows().get(0).<String>getAs("run_id"));
    computing.claim();
    job.option("clustering", "bisecting-kmeans").option("clusters", "2");
    job.option("recluster", "true").run(sound);
    assertThatThrownBy(() -> computing.add(SPARK.table(job.table()), true))
        .isInstanceOf(TakenOverException.class);
    assertThat(rows()).hasSize(2);
  }

  @Test
  void oneUtteranceIsOneCluster() {
    job.option("clustering", "kmeans");
    unnamed(1).run(sound);
    assertThat(rows().get(0).<Integer>getAs("speaker_cluster")).isNotNull();
  }

  @Test
  void everyColumnOfTheTableHasAComment() {
    assertThat(ContextSchema.COLUMNS.fields()).allMatch(field -> field.getComment().isDefined());
  }

  /** Adds utterances without speaker names. */
  private TranscribeJob unnamed(int count) {
    for (int i = 0; i < count; i++) {
      int number = job.manifest().size();
      String wav = job.wav(number).toString();
      job.row(
          RowFactory.create(
              String.format(Locale.ROOT, "utt-%03d", number), wav, "deu", null, null, null));
    }
    return job.writeManifest();
  }

  private List<Row> rows() {
    return job.rows();
  }

  private void assertVoicesAreClusters() {
    Map<Integer, Integer> clusters = clusterOfVoice();
    assertThat(clusters).hasSize(VOICES);
    assertThat(new HashSet<>(clusters.values())).hasSize(VOICES);
  }

  /** The cluster of each voice; fails if a voice is in two. */
  private Map<Integer, Integer> clusterOfVoice() {
    Map<Integer, Integer> clusters = new HashMap<>();
    for (Row row : rows()) {
      int voice = Integer.parseInt(row.<String>getAs("utt_id").substring(4)) % VOICES;
      Integer cluster = row.getAs("speaker_cluster");
      assertThat(cluster).as("%s", row).isNotNull();
      Integer other = clusters.put(voice, cluster);
      assertThat(other == null || other.equals(cluster)).as("voice %d", voice).isTrue();
    }
    return clusters;
  }
}
