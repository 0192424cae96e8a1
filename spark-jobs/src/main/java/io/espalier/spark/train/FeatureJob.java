package io.espalier.spark.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.audio.AudioException;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.conf.UsageException;
import io.espalier.search.Utterance;
import io.espalier.spark.context.ContextJoin;
import io.espalier.spark.context.SpeakerContext;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.table.Locations;
import io.espalier.spark.table.SharedPlace;
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.task.AudioSource;
import io.espalier.spark.task.ContextColumns;
import io.espalier.training.data.FrameSource;
import io.espalier.training.data.Spoken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
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
        withContexts(Manifest.read(spark, manifest), contexts),
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
    Dataset<Row> rows = some(Manifest.read(spark, manifest), count);
    return extract(rows, count + " of " + manifest, directory, settings, maxSamples);
  }

  private static Dataset<Row> some(Dataset<Row> rows, int count) {
    return rows.where(col("language").isNotNull().and(col("reference").isNotNull()))
        .orderBy(xxhash64(col("utt_id")))
        .limit(count);
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

  /** Adds embeddings as columns of the manifest, null for rows without any. */
  private Dataset<Row> withContexts(Dataset<Row> rows, Optional<String> contexts) {
    return contexts
        .map(table -> ContextJoin.of(spark, table, Optional.empty(), SpeakerContext.UTTERANCE))
        .map(join -> join.join(rows))
        .orElse(rows);
  }

  private int slots() {
    return spark.sparkContext().defaultParallelism();
  }

  /**
   * Samples and references of some utterances, the same ones in every call.
   *
   * @param count at most this many
   */
  List<Spoken> sample(String manifest, Optional<String> contexts, int count, int maxSamples)
      throws IOException, InterruptedException {
    Dataset<Row> rows = some(withContexts(Manifest.read(spark, manifest), contexts), count);
    AudioSource source = new AudioSource(spark.sessionState().newHadoopConf(), audio);
    List<Spoken> sample = new ArrayList<>();
    try (AudioDecoder decoder = new AudioDecoder(audio.limits(), 1)) {
      for (Row row : rows.collectAsList()) {
        Row file = row.getAs("audio");
        float[] samples =
            decoder
                .decode(
                    source.read(file.getAs("bytes"), file.getAs("path")),
                    optional(row.getAs("start_s")),
                    optional(row.getAs("end_s")))
                .samples();
        if (samples.length <= maxSamples) {
          String task = row.getAs("task");
          sample.add(
              new Spoken(
                  new Utterance(
                      row.getAs("utt_id"),
                      samples,
                      row.getAs("language"),
                      task == null ? "asr" : task,
                      row.getAs("text_prev"),
                      ContextColumns.context(row)),
                  row.getAs("reference")));
        }
      }
    } catch (AudioException e) {
      throw new UsageException("Cannot validate on %s: %s".formatted(manifest, e.getMessage()));
    }
    return sample;
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
