package io.espalier.spark.run;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.audio.decoder.BrokenAudioFiles;
import io.espalier.audio.decoder.BrokenAudioFiles.BrokenFile;
import io.espalier.cli.CommandRun;
import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped recordings and the shipped model through the real command line. */
class DemoTest {
  private static final Path DEMO = Path.of("src/main/demo");
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @Test
  void theDemoPrintsAndWritesItsResults() throws IOException {
    Path json = directory.resolve("demo.json");
    CommandRun first =
        CommandRun.of(
            "demo", "--data", DEMO.toString(), "-t", "demo_whole", "--json", json.toString());
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("Wrote 120 rows of 120 to demo_whole", "120 transcribed, 0 failed", "st_eng");

    JsonArray rows = JsonParser.parseString(Files.readString(json)).getAsJsonArray();
    List<String> groups = new ArrayList<>();
    for (JsonElement element : rows) {
      JsonObject row = element.getAsJsonObject();
      groups.add(
          row.get("variant").getAsString()
              + " "
              + row.get("language").getAsString()
              + " "
              + row.get("task").getAsString()
              + " "
              + row.get("utterances").getAsInt());
      assertThat(row.get("gflops_total").getAsDouble()).isPositive();
      assertThat(row.get("rtfx").getAsDouble()).isPositive();
      boolean recognition = row.get("task").getAsString().equals("asr");
      assertThat(row.get("wer").isJsonNull()).isEqualTo(!recognition);
      assertThat(row.get("bleu").isJsonNull()).isEqualTo(recognition);
    }
    assertThat(groups)
        .containsExactly(
            "dense all asr 75",
            "dense deu asr 15",
            "dense eng asr 30",
            "dense fra asr 15",
            "dense ita asr 15",
            "dense all st_eng 45",
            "dense deu st_eng 15",
            "dense fra st_eng 15",
            "dense ita st_eng 15",
            "pruned all asr 75",
            "pruned deu asr 15",
            "pruned eng asr 30",
            "pruned fra asr 15",
            "pruned ita asr 15",
            "pruned all st_eng 45",
            "pruned deu st_eng 15",
            "pruned fra st_eng 15",
            "pruned ita st_eng 15");

    CommandRun second = CommandRun.of("demo", "--data", DEMO.toString(), "-t", "demo_whole");
    assertThat(second.out()).contains("Wrote 0 rows of 120", "120 were already there");
  }

  @Test
  void brokenFilesCostTheirOwnRowsOnly() throws IOException {
    Map<String, String> codes = new HashMap<>();
    List<Row> extra = new ArrayList<>();
    for (BrokenFile file : BrokenAudioFiles.writeAll(directory)) {
      codes.put(file.name(), file.code().name());
      extra.add(RowFactory.create(file.name(), file.path().toString(), "eng", "asr"));
    }
    Dataset<Row> demo =
        Manifest.read(SPARK, DEMO.resolve("manifest.parquet").toString())
            .select(col("utt_id"), col("audio.path").as("audio"), col("language"), col("task"));
    String manifest = directory.resolve("manifest.parquet").toString();
    demo.union(SPARK.createDataFrame(extra, demo.schema())).write().parquet(manifest);

    CommandRun run =
        CommandRun.of(
            "transcribe",
            "--manifest",
            manifest,
            "--bundle",
            DEMO.resolve("bundle").toString(),
            "--table",
            "demo_broken",
            "--beam",
            "1",
            "--max-failed-fraction",
            "0.1");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(SPARK.table("demo_broken").count()).isEqualTo(130);
    Map<String, String> failed = new HashMap<>();
    for (Row row : SPARK.table("demo_broken").filter("status = 'failed'").collectAsList()) {
      failed.put(row.getAs("utt_id"), row.getAs("error_code"));
      assertThat(row.<String>getAs("error_message")).isNotBlank();
    }
    assertThat(failed).isEqualTo(codes);
    assertThat(CommandRun.of("verify", manifest, "-t", "demo_broken").code()).isZero();
  }

  @Test
  void aDirectoryWithoutTheDataIsNamed() {
    assertThatThrownBy(() -> new Demo(SPARK, directory, "t"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(directory.toString());
  }
}
