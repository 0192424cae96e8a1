package io.espalier.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import io.espalier.spark.TestSpark;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The demo's recordings and its bundle. */
public final class DemoAudio {
  static final Path DIRECTORY = Path.of("src/main/demo").toAbsolutePath();
  static final Path MANIFEST = DIRECTORY.resolve("manifest.parquet");
  public static final String BUNDLE = DIRECTORY.resolve("bundle").toString();

  private DemoAudio() {}

  /** The first recordings, with the paths of their files in {@code audio}. */
  public static Dataset<Row> rows(int count) {
    return TestSpark.session()
        .read()
        .parquet(MANIFEST.toString())
        .select("utt_id", "audio", "language", "task", "reference")
        .orderBy("utt_id")
        .limit(count)
        .withColumn("audio", concat(lit(DIRECTORY + "/"), col("audio")));
  }

  /** A transcriber that takes little time. */
  public static OwsmTranscriber transcriber() {
    return new OwsmTranscriber().setBundle(BUNDLE).setBeam(1).setPad("none");
  }
}
