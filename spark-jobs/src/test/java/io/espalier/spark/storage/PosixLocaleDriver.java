package io.espalier.spark.storage;

import io.espalier.audio.AudioLimits;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.manifest.ManifestMaker;
import io.espalier.spark.session.SparkSessions;
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.task.AudioSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A process for {@link PosixLocaleTest}: makes manifests of odd names and reads their audio. */
final class PosixLocaleDriver {
  private PosixLocaleDriver() {}

  /**
   * Runs the driver.
   *
   * @param arguments a directory of an ASCII name, which holds {@code wavs} and {@code kaldi}
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    List<String> lines = new ArrayList<>();
    lines.add("charset " + System.getProperty("sun.jnu.encoding"));
    SparkSession spark =
        SparkSessions.create(
            "posix",
            Map.of(
                "spark.master",
                "local[1]",
                "spark.ui.enabled",
                "false",
                "spark.espalier.warehouse",
                directory.resolve("warehouse").toString()));
    AudioSource source =
        new AudioSource(
            new Configuration(), new AudioRules(List.of("file"), AudioLimits.defaults()));
    // Names as a user's own configuration file, in UTF-8, would give them.
    for (String name : List.of("/wavs K\u00e4se", "/kaldi \u8bed\u97f3")) {
      ManifestMaker.Request request =
          new ManifestMaker.Request(
              directory + name,
              ManifestMaker.Kind.AUTO,
              Optional.empty(),
              Map.of(),
              Optional.empty(),
              Optional.empty());
      String table = directory + name + " made.parquet";
      ManifestMaker.make(spark, request, table, false);
      for (Row row : Manifest.read(spark, table).orderBy("utt_id").collectAsList()) {
        byte[] bytes = source.read(null, row.<Row>getAs("audio").getString(1));
        lines.add(row.getAs("utt_id") + " " + new String(bytes, StandardCharsets.UTF_8));
      }
    }
    Files.write(directory.resolve("result.txt"), lines, StandardCharsets.UTF_8);
    spark.stop();
  }
}
