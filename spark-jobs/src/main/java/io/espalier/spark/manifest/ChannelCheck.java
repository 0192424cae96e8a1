package io.espalier.spark.manifest;

import io.espalier.audio.AudioException;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.task.AudioSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Finds files with several channels if a list selects one of them. Channels are averaged, so such a
 * row would have their mix.
 */
final class ChannelCheck {
  private static final int EXAMPLES = 3;

  /** Enough of a file to see its channels. */
  private static final double SECONDS = 0.1;

  private ChannelCheck() {}

  /**
   * Opens files; a file that cannot be read is skipped here and fails its row later.
   *
   * @param paths absolute, in one column
   * @return a few of those with more than one channel
   */
  static List<String> withSeveral(SparkSession spark, Dataset<Row> paths, AudioRules audio) {
    Broadcast<SerializableConfiguration> hadoop =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    return paths
        .distinct()
        .toJavaRDD()
        .mapPartitions(rows -> withSeveral(rows, hadoop, audio))
        .take(EXAMPLES);
  }

  private static Iterator<String> withSeveral(
      Iterator<Row> rows, Broadcast<SerializableConfiguration> hadoop, AudioRules audio)
      throws InterruptedException {
    AudioSource source = new AudioSource(hadoop.value().value(), audio);
    List<String> found = new ArrayList<>();
    try (AudioDecoder decoder = audio.decoder(1)) {
      while (rows.hasNext() && found.size() < EXAMPLES) {
        String path = rows.next().getString(0);
        if (channels(decoder, source, path) > 1) {
          found.add(path);
        }
      }
    }
    return found.iterator();
  }

  private static int channels(AudioDecoder decoder, AudioSource source, String path)
      throws InterruptedException {
    try {
      return decoder
          .decode(source.read(null, path), OptionalDouble.of(0), OptionalDouble.of(SECONDS))
          .sourceChannels();
    } catch (AudioException e) {
      return 0;
    }
  }
}
