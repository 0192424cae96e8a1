package io.espalier.spark;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Audio files anywhere below a directory; the id is the path below it, with its extension. */
final class DirectoryManifest {
  /** Names that audio goes by. What is inside is for the decoder to judge. */
  private static final Pattern AUDIO =
      Pattern.compile(
          "[^.].*\\.(wav|wave|flac|mp3|ogg|oga|opus|m4a|m4b|mp4|aac|webm|mka|mkv|mov|3gp|aif|aiff"
              + "|aifc|au|caf|amr|wma)",
          Pattern.CASE_INSENSITIVE);

  private static final int FILES_PER_PARTITION = 10_000;

  private DirectoryManifest() {}

  /** Whether audio goes by a name. */
  static boolean isAudio(String name) {
    return AUDIO.matcher(name).matches();
  }

  /** Lists the files on the driver: Spark's own readers leave out those of zero bytes. */
  static Dataset<Row> columns(SparkSession spark, String directory) {
    Path path = new Path(directory);
    List<String> files = new ArrayList<>();
    String root;
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      root = fs.makeQualified(path).toString();
      RemoteIterator<LocatedFileStatus> found = fs.listFiles(path, true);
      while (found.hasNext()) {
        Path file = found.next().getPath();
        if (AUDIO.matcher(file.getName()).matches()) {
          files.add(file.toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list %s: %s".formatted(path, e.getMessage()), e);
    }
    JavaRDD<String> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(files, 1 + files.size() / FILES_PER_PARTITION);
    return spark
        .createDataset(rows.rdd(), Encoders.STRING())
        .select(
            col("value").substr(root.length() + 2, Integer.MAX_VALUE).as("utt_id"),
            col("value").as("audio"));
  }
}
