package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Tables;
import io.espalier.spark.table.Utf8Files;
import io.espalier.spark.task.AudioRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Reads a Kaldi data directory: {@code wav.scp} and, if they exist, {@code segments, text, utt2spk,
 * utt2lang, reco2file_and_channel} and ESPnet's {@code text.prev}. A text that begins with OWSM's
 * tokens, such as {@code <deu><st_eng><0.00> ...}, also gives language and task.
 */
public final class KaldiManifest {
  private static final String LINE = "^\\s*(\\S+)\\s*(.*?)\\s*$";
  private static final String PROMPT = "^<([a-z]{3})><(asr|st_[a-z]{3})>";
  private static final String TOKEN = "<[^<>\\s]*>";

  private final SparkSession spark;
  private final String directory;

  private KaldiManifest(SparkSession spark, String directory) {
    this.spark = spark;
    this.directory = directory;
  }

  /**
   * Reads a Kaldi data directory.
   *
   * @param root directory of relative paths
   * @param audio which audio may be read
   * @throws UsageException if an entry is a shell command or an archive offset, if a segment lies
   *     in a recording that {@code wav.scp} does not list, or if it selects one of several channels
   */
  public static Dataset<Row> columns(
      SparkSession spark, String directory, Optional<String> root, AudioRules audio) {
    KaldiManifest kaldi = new KaldiManifest(spark, directory);
    if (!kaldi.exists("wav.scp")) {
      throw new UsageException(
          "Cannot use Kaldi's directory: no wav.scp in %s".formatted(directory));
    }
    Dataset<Row> recordings = kaldi.recordings();
    Dataset<Row> utterances =
        kaldi.exists("segments")
            ? new KaldiSegments(spark, root, audio)
                .join(kaldi.file("segments", "segment"), recordings)
            : recordings
                .withColumnRenamed("recording", "utt_id")
                .withColumn("start_s", lit(null).cast("double"))
                .withColumn("end_s", lit(null).cast("double"));
    return kaldi.labelled(utterances);
  }

  private Dataset<Row> recordings() {
    Dataset<Row> recordings = file("wav.scp", "audio").withColumnRenamed("utt_id", "recording");
    Column audio = col("audio");
    ManifestMaker.refuse(
        recordings.filter(audio.rlike("^\\||\\|$")),
        "Cannot use wav.scp: shell commands are never run. Write the audio to files first");
    ManifestMaker.refuse(
        recordings.filter(audio.rlike("\\.ark$|:\\d+(\\[.*\\])?$")),
        "Cannot use wav.scp: offsets into archives are not supported. Write the audio to files"
            + " first");
    ManifestMaker.refuse(
        recordings.filter(audio.isin("", "-")),
        "Cannot use wav.scp: a line names no file; the format is 'recording path'");
    if (exists("reco2file_and_channel")) {
      refuseSharedFiles(recordings);
    }
    return recordings;
  }

  /** Refuses recordings that are channels of one file: the whole file would be wrong for each. */
  private void refuseSharedFiles(Dataset<Row> recordings) {
    Dataset<Row> channels =
        file("reco2file_and_channel", "channel").withColumnRenamed("utt_id", "recording");
    ManifestMaker.refuse(
        recordings
            .join(channels, new String[] {"recording"})
            .groupBy("audio")
            .agg(countDistinct("channel").as("channels"))
            .filter(col("channels").gt(1)),
        "Cannot use wav.scp: reco2file_and_channel names several channels of one file, and channels"
            + " cannot be selected. Write each channel to a file of its own");
  }

  private Dataset<Row> labelled(Dataset<Row> recordings) {
    Dataset<Row> utterances = recordings;
    for (String[] file :
        new String[][] {
          {"text", "text"},
          {"utt2spk", "speaker_id"},
          {"utt2lang", "lang"},
          {"text.prev", "text_prev"}
        }) {
      utterances =
          exists(file[0])
              ? utterances.join(file(file[0], file[1]), new String[] {"utt_id"}, "left")
              : utterances.withColumn(file[1], ManifestMaker.nothing());
    }
    Column text = col("text");
    Column prompted = text.rlike(PROMPT);
    Column promised = when(prompted, regexp_extract(text, PROMPT, 1));
    UDF1<String, String> normalize = LanguageCodes::normalize;
    ManifestMaker.refuse(
        utterances
            .filter(not(udf(normalize, DataTypes.StringType).apply(col("lang")).equalTo(promised)))
            .select("utt_id", "lang", "text"),
        "Cannot use utt2lang: its language differs from the language token of the text");
    return utterances.select(
        col("utt_id"),
        col("audio"),
        col("start_s"),
        col("end_s"),
        coalesce(col("lang"), promised).as("language"),
        when(prompted, regexp_extract(text, PROMPT, 2)).as("task"),
        col("speaker_id"),
        when(prompted, trim(regexp_replace(regexp_replace(text, TOKEN, " "), "\\s+", " ")))
            .otherwise(text)
            .as("reference"),
        when(col("text_prev").notEqual("<na>"), col("text_prev")).as("text_prev"));
  }

  private Dataset<Row> file(String name, String column) {
    return Storage.reader(spark)
        .text(Utf8Files.require(spark, path(name).toString()))
        .filter(trim(col("value")).notEqual(""))
        .select(
            regexp_extract(col("value"), LINE, 1).as("utt_id"),
            regexp_extract(col("value"), LINE, 2).as(column));
  }

  private Path path(String name) {
    return Storage.child(Storage.path(directory), name);
  }

  private boolean exists(String name) {
    Path path = path(name);
    try {
      return Tables.fileSystem(spark, path).exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
