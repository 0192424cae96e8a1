package io.espalier.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lower;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Audio files anywhere below a directory; the id is the path below it, with its extension. */
final class DirectoryManifest {
  /** Names that audio goes by. What is inside is for the decoder to judge. */
  private static final String AUDIO =
      ".*\\.(wav|wave|flac|mp3|ogg|oga|opus|m4a|m4b|mp4|aac|webm|mka|mkv|mov|3gp|aif|aiff|aifc|au"
          + "|caf|amr|wma)$";

  private DirectoryManifest() {}

  static Dataset<Row> columns(SparkSession spark, String directory) {
    Path path = new Path(directory);
    String root;
    try {
      root = Tables.fileSystem(spark, path).makeQualified(path).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(path, e.getMessage()), e);
    }
    // Only paths are asked for, so no file is opened.
    return spark
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", "true")
        .load(root)
        .select(col("path"))
        .filter(lower(col("path")).rlike(AUDIO))
        .select(
            col("path").substr(root.length() + 2, Integer.MAX_VALUE).as("utt_id"),
            col("path").as("audio"));
  }
}
