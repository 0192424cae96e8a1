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
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.task.AudioSource;
import io.espalier.spark.task.ContextColumns;
import io.espalier.training.data.Spoken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Some utterances of a manifest in the driver's memory, the same ones in every call. */
public final class SpokenSample {
  private final SparkSession spark;
  private final AudioRules audio;

  /**
   * @param audio which audio may be read
   */
  public SpokenSample(SparkSession spark, AudioRules audio) {
    this.spark = spark;
    this.audio = audio;
  }

  /**
   * Utterances of a manifest.
   *
   * @param contexts table of what gates look at, if there is one
   * @param limit rows of the manifest that are looked at; 0 is all
   * @param count at most this many
   * @throws UsageException if the audio of one cannot be used
   */
  public List<Spoken> of(String manifest, Optional<String> contexts, int limit, int count)
      throws IOException, InterruptedException {
    Dataset<Row> rows = Manifest.open(spark, manifest, limit).rows();
    return decoded(manifest, some(withContexts(spark, rows, contexts), count));
  }

  /**
   * Utterances whose language and text are known.
   *
   * @param contexts table of what gates look at, if there is one
   * @param count at most this many
   * @param maxSamples longer utterances are left out
   * @throws UsageException if the audio of one cannot be used
   */
  public List<Spoken> known(String manifest, Optional<String> contexts, int count, int maxSamples)
      throws IOException, InterruptedException {
    return decoded(
            manifest, known(withContexts(spark, Manifest.read(spark, manifest), contexts), count))
        .stream()
        .filter(spoken -> spoken.utterance().samples().length <= maxSamples)
        .toList();
  }

  /** Rows whose language and text are known. */
  static Dataset<Row> known(Dataset<Row> rows, int count) {
    return some(rows.where(col("language").isNotNull().and(col("reference").isNotNull())), count);
  }

  private static Dataset<Row> some(Dataset<Row> rows, int count) {
    return rows.orderBy(xxhash64(col("utt_id"))).limit(count);
  }

  /** Rows of a manifest with embeddings as columns; they are null for rows without any. */
  static Dataset<Row> withContexts(
      SparkSession spark, Dataset<Row> rows, Optional<String> contexts) {
    return contexts
        .map(table -> ContextJoin.of(spark, table, Optional.empty(), SpeakerContext.UTTERANCE))
        .map(join -> join.join(rows))
        .orElse(rows);
  }

  private List<Spoken> decoded(String manifest, Dataset<Row> rows)
      throws IOException, InterruptedException {
    AudioSource source = new AudioSource(spark.sessionState().newHadoopConf(), audio);
    List<Spoken> sample = new ArrayList<>();
    try (AudioDecoder decoder = audio.decoder(1)) {
      for (Row row : rows.collectAsList()) {
        Row file = row.getAs("audio");
        float[] samples =
            decoder
                .decode(
                    source.read(file.getAs("bytes"), file.getAs("path")),
                    optional(row.getAs("start_s")),
                    optional(row.getAs("end_s")))
                .samples();
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
    } catch (AudioException e) {
      throw new UsageException("Cannot decode audio of %s: %s".formatted(manifest, e.getMessage()));
    }
    return sample;
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
