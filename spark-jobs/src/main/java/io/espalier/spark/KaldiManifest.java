package io.espalier.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A Kaldi data directory: {@code wav.scp} and, where they exist, {@code segments, text, utt2spk,
 * utt2lang} and ESPnet's {@code text.prev}. A text that begins with OWSM's own tokens, such as
 * {@code <deu><st_eng><0.00> ...}, gives language and task too.
 */
final class KaldiManifest {
  private static final String LINE = "^\\s*(\\S+)\\s*(.*?)\\s*$";
  private static final String PROMPT = "^<([a-z]{3})><(asr|st_[a-z]{3})>";
  private static final String TOKEN = "<[^<>\\s]*>";

  private KaldiManifest() {}

  /**
   * @throws ConfigurationException if an entry is a shell command or an archive offset, or if a
   *     segment lies in a recording that {@code wav.scp} does not list
   */
  static Dataset<Row> columns(SparkSession spark, String directory) {
    Dataset<Row> recordings =
        file(spark, directory, "wav.scp", "audio").withColumnRenamed("utt_id", "recording");
    ManifestMaker.refuse(
        recordings.filter(col("audio").rlike("^\\||\\|$")),
        "Cannot use wav.scp: shell commands are never run, write the audio to files first");
    ManifestMaker.refuse(
        recordings.filter(col("audio").rlike("\\.ark:\\d+$")),
        "Cannot use wav.scp: offsets into archives are not supported, write the audio to files"
            + " first");
    Dataset<Row> utterances = utterances(spark, directory, recordings);
    for (String[] file :
        new String[][] {
          {"text", "text"},
          {"utt2spk", "speaker_id"},
          {"utt2lang", "lang"},
          {"text.prev", "text_prev"}
        }) {
      utterances =
          exists(spark, directory, file[0])
              ? utterances.join(
                  file(spark, directory, file[0], file[1]), new String[] {"utt_id"}, "left")
              : utterances.withColumn(file[1], ManifestMaker.nothing());
    }
    Column text = col("text");
    Column prompted = text.rlike(PROMPT);
    return utterances.select(
        col("utt_id"),
        col("audio"),
        col("start_s"),
        col("end_s"),
        coalesce(col("lang"), when(prompted, regexp_extract(text, PROMPT, 1))).as("language"),
        when(prompted, regexp_extract(text, PROMPT, 2)).as("task"),
        col("speaker_id"),
        when(prompted, trim(regexp_replace(regexp_replace(text, TOKEN, " "), "\\s+", " ")))
            .otherwise(text)
            .as("reference"),
        when(col("text_prev").notEqual("<na>"), col("text_prev")).as("text_prev"));
  }

  private static Dataset<Row> utterances(
      SparkSession spark, String directory, Dataset<Row> recordings) {
    if (!exists(spark, directory, "segments")) {
      return recordings
          .withColumnRenamed("recording", "utt_id")
          .withColumn("start_s", lit(null).cast("double"))
          .withColumn("end_s", lit(null).cast("double"));
    }
    String numbers = "^(\\S+)\\s+(-?[0-9.]+)\\s+(-?[0-9.]+)$";
    Dataset<Row> lines = file(spark, directory, "segments", "segment");
    ManifestMaker.refuse(
        lines.filter(not(col("segment").rlike(numbers))),
        "Cannot use segments: a line is not 'utterance recording start end'");
    Column end = regexp_extract(col("segment"), numbers, 3).cast("double");
    Dataset<Row> joined =
        lines
            .select(
                col("utt_id"),
                regexp_extract(col("segment"), numbers, 1).as("recording"),
                regexp_extract(col("segment"), numbers, 2).cast("double").as("start_s"),
                // Kaldi's -1 is the end of the recording.
                when(end.geq(0), end).as("end_s"))
            .join(recordings, new String[] {"recording"}, "left");
    ManifestMaker.refuse(
        joined.filter(col("audio").isNull()).select("utt_id", "recording"),
        "Cannot use segments: recordings that wav.scp does not list");
    return joined.drop("recording");
  }

  private static Dataset<Row> file(
      SparkSession spark, String directory, String name, String column) {
    return Storage.reader(spark)
        .text(file(directory, name).toString())
        .filter(trim(col("value")).notEqual(""))
        .select(
            regexp_extract(col("value"), LINE, 1).as("utt_id"),
            regexp_extract(col("value"), LINE, 2).as(column));
  }

  private static Path file(String directory, String name) {
    return Storage.child(Storage.path(directory), name);
  }

  private static boolean exists(SparkSession spark, String directory, String name) {
    Path path = file(directory, name);
    try {
      return Tables.fileSystem(spark, path).exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
