package io.espalier.spark.train;

import static org.apache.spark.sql.functions.col;

import io.espalier.conf.UsageException;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.table.Locations;
import io.espalier.spark.table.SharedPlace;
import io.espalier.spark.task.AudioRules;
import io.espalier.training.data.FrameSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import scala.reflect.ClassTag$;

/** Reads a manifest's audio on the cluster and writes log-mel features for training. */
final class FeatureJob {
  /** Utterances per shard: a kill loses at most the current shards. */
  private static final int UTTERANCES_PER_SHARD = 4096;

  private static final String DONE = "_SUCCESS";

  private final SparkSession spark;
  private final Set<String> columns;
  private final AudioRules audio;

  /**
   * @param columns of text that are kept beside the features, where a manifest has them
   * @param audio which audio may be read
   */
  FeatureJob(SparkSession spark, Set<String> columns, AudioRules audio) {
    this.spark = spark;
    this.columns = new TreeSet<>(columns);
    this.audio = audio;
  }

  /**
   * Extracts features, unless they exist for the same manifest and settings.
   *
   * @param contexts table of embeddings to keep beside the features, if there is one
   * @param directory of the store, shared by driver and executors
   * @param maxSamples longer utterances are left out
   * @return a line that says what was read
   * @throws UsageException if no row can be used, or the directory holds other features
   */
  String extract(
      String manifest,
      Optional<String> contexts,
      Path directory,
      FrameSource settings,
      int maxSamples)
      throws IOException {
    return extract(
        SpokenSample.withContexts(spark, Manifest.read(spark, manifest), contexts),
        manifest + contexts.map(table -> "\n" + table).orElse(""),
        directory,
        settings,
        maxSamples);
  }

  /**
   * Extracts features of some utterances, the same ones in every call.
   *
   * @param count at most this many
   */
  String extractSome(
      String manifest, int count, Path directory, FrameSource settings, int maxSamples)
      throws IOException {
    Dataset<Row> rows = SpokenSample.known(Manifest.read(spark, manifest), count);
    return extract(rows, count + " of " + manifest, directory, settings, maxSamples);
  }

  private String extract(
      Dataset<Row> rows, String name, Path directory, FrameSource settings, int maxSamples)
      throws IOException {
    Path done = directory.resolve(DONE);
    String what = name + "\n" + settings + "\n" + columns + "\n";
    if (Files.exists(done)) {
      if (!Files.readString(done).equals(what)) {
        throw new UsageException(
            "Cannot train in %s: it has the features of %s. Give another output directory"
                .formatted(directory, Files.readString(done).replace('\n', ' ').strip()));
      }
      return "Features of " + oneLine(name) + " already exist";
    }
    Locations.requireShared(spark, "output directory", directory.toUri().toString());
    int shards = (int) Math.max(slots(), rows.count() / UTTERANCES_PER_SHARD + 1);
    Broadcast<SerializableConfiguration> hadoop =
        spark
            .sparkContext()
            .broadcast(
                new SerializableConfiguration(spark.sessionState().newHadoopConf()),
                ClassTag$.MODULE$.apply(SerializableConfiguration.class));
    FeatureTask.Count count;
    try (SharedPlace place = SharedPlace.mark(spark, directory.toUri().toString())) {
      FeatureTask task =
          new FeatureTask(directory, place.path(), settings, columns, maxSamples, audio, hadoop);
      count =
          rows.repartition(shards, col("utt_id"))
              .toJavaRDD()
              .mapPartitionsWithIndex(task, false)
              .reduce(FeatureTask.Count::plus);
    }
    if (count.used() == 0) {
      throw new UsageException(
          "Cannot train on %s: no row can be used. Examples: %s"
              .formatted(oneLine(name), count.reasons()));
    }
    Files.writeString(done, what);
    return count.left() == 0
        ? String.format(Locale.ROOT, "Read %d utterances of %s", count.used(), oneLine(name))
        : String.format(
            Locale.ROOT,
            "Read %d utterances of %s, left out %d. Examples: %s",
            count.used(),
            oneLine(name),
            count.left(),
            count.reasons());
  }

  private static String oneLine(String name) {
    return name.replace("\n", " with ");
  }

  private int slots() {
    return spark.sparkContext().defaultParallelism();
  }
}
