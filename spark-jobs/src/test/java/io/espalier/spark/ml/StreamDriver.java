package io.espalier.spark.ml;

import io.espalier.spark.session.SparkSessions;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/** A driver in a process of its own, which transcribes files that arrive, for a test to kill. */
final class StreamDriver {
  static final String TABLE = "arrived";

  private StreamDriver() {}

  /** Arguments: a directory, and the bundle. Takes one file at a time until none is left. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Map<String, String> properties =
        Map.of(
            "spark.master",
            "local[1]",
            "spark.ui.enabled",
            "false",
            "spark.espalier.warehouse",
            directory.resolve("warehouse").toString());
    try (SparkSession spark = SparkSessions.create("stream", properties)) {
      new OwsmTranscriber()
          .setBundle(arguments[1])
          .setInputCol("path")
          .setLanguage("deu")
          .setBeam(1)
          .setPad("none")
          .transform(
              spark
                  .readStream()
                  .format("binaryFile")
                  .schema("path STRING, modificationTime TIMESTAMP, length LONG, content BINARY")
                  .option("maxFilesPerTrigger", 1)
                  .load(directory.resolve("incoming").toString())
                  .select("path"))
          .writeStream()
          .format("iceberg")
          .option("checkpointLocation", directory.resolve("checkpoint").toString())
          .trigger(Trigger.AvailableNow())
          .toTable(TABLE)
          .awaitTermination();
    }
  }
}
