package io.espalier.spark;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Lhotse's cuts: {@code cuts.jsonl} or {@code cuts.jsonl.gz} of plain cuts with one file each. */
final class LhotseManifest {
  private static final String SCHEMA =
      "id string, type string, start double, duration double, recording struct<duration: double,"
          + " sources: array<struct<type: string, source: string>>>, supervisions"
          + " array<struct<text: string, speaker: string, language: string>>";

  private LhotseManifest() {}

  /**
   * @throws ConfigurationException if a cut is mixed or padded, or if its audio comes from a shell
   *     command or from several files
   */
  static Dataset<Row> columns(SparkSession spark, String file) {
    Dataset<Row> cuts =
        Storage.reader(spark)
            .schema(SCHEMA)
            .option("mode", "FAILFAST")
            .json(file)
            .filter("id IS NOT NULL");
    Column plain = col("type").isNull().or(col("type").isin("MonoCut", "MultiCut"));
    ManifestMaker.refuse(
        cuts.filter(not(plain)).select("id", "type"),
        "Cannot use cuts: only plain cuts are supported, not mixed or padded ones");
    Column sources = col("recording.sources");
    Column source = sources.getItem(0);
    ManifestMaker.refuse(
        cuts.filter(
                sources
                    .isNull()
                    .or(size(sources).notEqual(1))
                    .or(not(source.getField("type").isin("file", "url"))))
            .select("id"),
        "Cannot use cuts: audio must be one file or URL, shell commands are never run");
    Column whole = col("start").equalTo(0).and(col("duration").geq(col("recording.duration")));
    Column first = col("supervisions").getItem(0);
    return cuts.select(
        col("id").as("utt_id"),
        source.getField("source").as("audio"),
        // A cut of everything needs no borders that rounding may push behind the end.
        when(not(whole), col("start")).as("start_s"),
        when(not(whole), col("start").plus(col("duration"))).as("end_s"),
        first.getField("language").as("language"),
        first.getField("speaker").as("speaker_id"),
        when(size(col("supervisions")).gt(0), array_join(col("supervisions.text"), " "))
            .as("reference"));
  }
}
