package io.espalier.tools.benchmark;

import io.espalier.conf.EspalierConf;
import io.espalier.spark.bundle.OwsmOpener;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.task.Lease;
import io.espalier.spark.transcribe.BundleTranscribers;
import io.espalier.spark.transcribe.Transcribe;
import io.espalier.spark.transcribe.TranscribeOptions;
import io.espalier.spark.transcribe.TranscriberFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Measures the whole job in local mode: the overhead of Spark, and whether memory stays constant.
 */
final class JobBenchmark {
  private static final int WARM_UP = 200;
  private static final int UTTERANCES = 2000;

  private final SparkSession spark;
  private final Path demo;
  private final String device;
  private final int threads;
  private final StageProgress progress;

  /**
   * @param demo directory of the demo data
   */
  JobBenchmark(SparkSession spark, Path demo, String device, int threads, StageProgress progress) {
    this.spark = spark;
    this.demo = demo;
    this.device = device;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Ten minutes of audio, as a hundred recordings of six seconds, in one task, with the default
   * beam.
   */
  List<Measurement> sparkShare(SharedModelTranscribers factory) throws IOException {
    try (NoiseFiles files = NoiseFiles.write(100, 6);
        Lease<RandomModel> model = factory.model().open();
        Lease<Observation> observed = Observation.shared("share")) {
      model.value();
      String manifest = files.manifest(spark);
      StageSummary summary =
          run(
              new ObservedTranscribers(factory, "share"),
              Map.of("manifest", manifest, "partitions", "1"));
      double wallS = summary.wallS();
      double modelS = observed.value().modelS();
      return List.of(
          Measurement.of("ten_minutes_audio", summary.audioS(), "s"),
          Measurement.of("ten_minutes_wall", wallS, "s"),
          Measurement.of("ten_minutes_in_the_model", modelS, "s"),
          new Measurement(
              "ten_minutes_share_of_spark", 1 - modelS / wallS, "", "at most 0.05 at base size"));
    }
  }

  /** The demo's recordings over and over through the demo's bundle. */
  List<Measurement> memory() {
    String manifest = "benchmark_manifest";
    Storage.reader(spark)
        .parquet(Storage.uri(demo.resolve("manifest.parquet")))
        .crossJoin(spark.range((UTTERANCES + 119) / 120).toDF("repeat"))
        .withColumn("utt_id", functions.expr("concat(utt_id, '-', repeat)"))
        .withColumn(
            "audio",
            functions.concat(functions.lit(Storage.uri(demo) + "/"), functions.col("audio")))
        .limit(UTTERANCES)
        .writeTo(manifest)
        .createOrReplace();
    Map<String, String> options = new HashMap<>();
    options.put("manifest", manifest);
    options.put("bundle", Storage.uri(demo.resolve("bundle")));
    options.put("beam", "1");
    options.put("commit-every", "500");
    try (Lease<Observation> observed = Observation.shared("memory")) {
      EspalierConf conf = SessionConf.of(spark, options);
      TranscriberFactory bundle = BundleTranscribers.of(spark, conf, new OwsmOpener());
      run(new ObservedTranscribers(bundle, "memory"), options);
      return MemoryCurve.of(observed.value().samples(), WARM_UP).measurements();
    } finally {
      spark.sql("DROP TABLE IF EXISTS " + manifest + " PURGE");
    }
  }

  /** A new table, so that the job makes it and is the first to use the catalog for it. */
  private StageSummary run(TranscriberFactory factory, Map<String, String> options) {
    String table = "benchmark_" + UUID.randomUUID().toString().replace('-', '_');
    Map<String, String> all = new HashMap<>(options);
    all.put("table", table);
    all.putIfAbsent("bundle", "none");
    all.put("threads", String.valueOf(threads));
    all.put("device", device);
    try {
      EspalierConf conf = SessionConf.of(spark, all);
      return new Transcribe(spark, TranscribeOptions.of(conf), factory, progress).run();
    } finally {
      spark.sql("DROP TABLE IF EXISTS " + table + " PURGE");
    }
  }
}
