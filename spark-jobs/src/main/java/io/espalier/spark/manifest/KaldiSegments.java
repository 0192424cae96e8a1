package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.UsageException;
import io.espalier.spark.task.AudioRules;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads Kaldi's {@code segments}: utterance, recording, start, end and, optionally, a channel. */
final class KaldiSegments {
  /** Numbers as C's strtod reads them, except hexadecimal numbers, infinities and NaN. */
  private static final String NUMBER = "([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)";

  private static final String SEGMENT =
      "^(\\S+)\\s+" + NUMBER + "\\s+" + NUMBER + "(?:\\s+([0-9]+))?$";

  private final SparkSession spark;
  private final Optional<String> root;
  private final AudioRules audio;

  /**
   * @param root what relative paths are relative to
   * @param audio which audio may be read
   */
  KaldiSegments(SparkSession spark, Optional<String> root, AudioRules audio) {
    this.spark = spark;
    this.root = root;
    this.audio = audio;
  }

  /**
   * The utterances of recordings.
   *
   * @param lines {@code utt_id, segment}
   * @param recordings {@code recording, audio}
   * @return {@code utt_id, start_s, end_s, audio}
   */
  Dataset<Row> join(Dataset<Row> lines, Dataset<Row> recordings) {
    ManifestMaker.refuse(
        lines.filter(not(col("segment").rlike(SEGMENT))),
        "Cannot use segments: a line is not 'utterance recording start end', with or without a"
            + " channel after it");
    Dataset<Row> segments =
        lines.select(
            col("utt_id"),
            part(1).as("recording"),
            part(2).cast("double").as("start_s"),
            part(3).cast("double").as("end_s"),
            part(4).as("channel"));
    // Kaldi's -1 is the end of the recording.
    Column open = col("end_s").equalTo(-1);
    ManifestMaker.refuse(
        segments.filter(col("start_s").lt(0).or(not(open).and(col("end_s").leq(col("start_s"))))),
        "Cannot use segments: a segment must start at 0 or later and end after its start, or at -1,"
            + " which means the end of the recording");
    ManifestMaker.refuse(
        segments.filter(col("channel").rlike("[1-9]")),
        "Cannot use segments: channels cannot be selected. Write each channel to a file of its"
            + " own");
    Dataset<Row> joined = segments.join(recordings, new String[] {"recording"}, "left");
    ManifestMaker.refuse(
        joined.filter(col("audio").isNull()).select("utt_id", "recording"),
        "Cannot use segments: wav.scp does not list their recordings");
    requireMono(joined.filter(col("channel").notEqual("")));
    return joined.withColumn("end_s", when(not(open), col("end_s"))).drop("recording", "channel");
  }

  private void requireMono(Dataset<Row> segments) {
    if (segments.isEmpty()) {
      return;
    }
    List<String> several =
        ChannelCheck.withSeveral(
            spark,
            segments.select(coalesce(Manifest.absolute(col("audio"), root), col("audio"))),
            audio);
    if (!several.isEmpty()) {
      throw new UsageException(
          ("Cannot use segments: they select channel 0, but files such as %s have more channels,"
                  + " and channels cannot be selected. Write each channel to a file of its own")
              .formatted(several));
    }
  }

  private static Column part(int group) {
    return regexp_extract(col("segment"), SEGMENT, group);
  }
}
