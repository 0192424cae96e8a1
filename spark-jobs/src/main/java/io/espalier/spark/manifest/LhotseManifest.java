package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.trim;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Utf8Files;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads Lhotse's cuts, {@code cuts.jsonl} or {@code cuts.jsonl.gz}, with one JSON object per line.
 */
final class LhotseManifest {
  private LhotseManifest() {}

  /**
   * @throws UsageException if a cut is not exactly the audio of one file, or a line is not a cut
   */
  static Dataset<Row> columns(SparkSession spark, String file) {
    MapFunction<String, Row> cut = line -> LhotseCut.of(line).row();
    Dataset<Row> cuts =
        Storage.reader(spark)
            .textFile(Utf8Files.require(spark, file))
            .filter(not(trim(col("value")).equalTo("")))
            .map(cut, Encoders.row(LhotseCut.SCHEMA));
    ManifestMaker.refuse(
        cuts.filter(col("mistake").isNotNull()).select("utt_id", "mistake"),
        "Cannot use Lhotse's cuts");
    return cuts.drop("mistake");
  }
}
