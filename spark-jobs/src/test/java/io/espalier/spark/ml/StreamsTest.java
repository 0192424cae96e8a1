package io.espalier.spark.ml;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that arrive while a stream is transcribed into an Iceberg table. */
class StreamsTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final String FILES =
      "path STRING, modificationTime TIMESTAMP, length LONG, content BINARY";

  @TempDir Path directory;
  private final String table = "stream_" + UUID.randomUUID().toString().replace('-', '_');
  private List<Path> recordings;
  private Path incoming;

  @BeforeEach
  void begin() throws IOException {
    recordings =
        DemoAudio.rows(5).collectAsList().stream()
            .map(row -> Path.of(row.<String>getAs("audio")))
            .toList();
    incoming = Files.createDirectory(directory.resolve("incoming"));
  }

  @Test
  void everyFileIsInTheTableOnceAfterARestartInTheMiddle() throws Exception {
    arrive(0);
    arrive(1);
    Files.write(incoming.resolve("broken.wav"), new byte[] {1, 2, 3});
    run(files());
    assertThat(count()).isEqualTo(3);

    // As if the driver had died between the table's commit and its own note of it.
    Path noted = newest(directory.resolve("checkpoint/commits"));
    Files.delete(noted);
    Files.delete(noted.resolveSibling("." + noted.getFileName() + ".crc"));
    arrive(2);
    StreamingQuery resumed = run(files());
    // Spark computes the files of that batch again, and the table does not take them again.
    assertThat(resumed.recentProgress()[0].batchId()).isEqualTo(number(noted));
    assertThat(resumed.recentProgress()[0].numInputRows()).isPositive();

    arrive(3);
    run(files());
    requireEachOnce(Map.of("broken.wav", "AUDIO_FORMAT_REFUSED"), 4);
  }

  @Test
  void aTableThatCannotBeWrittenLosesNothing() throws Exception {
    arrive(0);
    // The table does not take what the stream brings: the query ends, and nothing is noted.
    SPARK.sql("CREATE TABLE %s (path STRING, text INT) USING iceberg".formatted(table));
    assertThatThrownBy(() -> run(files())).isInstanceOf(Exception.class);
    SPARK.sql("DROP TABLE " + table);
    arrive(1);
    run(files());
    requireEachOnce(Map.of(), 2);
  }

  @Test
  void manifestsArriveToo() throws Exception {
    Path gone = recordings.get(0).resolveSibling("gone.wav");
    manifest("one", recordings.get(0), gone);
    Dataset<Row> rows =
        SPARK.readStream().schema("path STRING, lang STRING").json(incoming.toString());
    Transformer transcriber =
        DemoAudio.transcriber().setInputCol("path").setLanguageCol("lang").setTextCol("said");
    run(transcriber.transform(rows).select("path", "said", "transcript"));
    manifest("two", recordings.get(1));
    run(transcriber.transform(rows).select("path", "said", "transcript"));
    requireEachOnce(Map.of("gone.wav", "AUDIO_NOT_FOUND"), 2);
    assertThat(SPARK.table(table).where("transcript.language = 'deu'").count()).isEqualTo(3);
  }

  /** The stream of files; Spark reads their names alone, and tasks the files. */
  private Dataset<Row> files() {
    Dataset<Row> files =
        SPARK
            .readStream()
            .format("binaryFile")
            .schema(FILES)
            .option("maxFilesPerTrigger", 2)
            .load(incoming.toString())
            .select("path", "length");
    return DemoAudio.transcriber().setInputCol("path").setLanguage("deu").transform(files);
  }

  /** Transcribes what is there, in batches of two files, and stops. */
  private StreamingQuery run(Dataset<Row> rows) throws Exception {
    StreamingQuery query =
        rows.writeStream()
            .format("iceberg")
            .outputMode("append")
            .option("checkpointLocation", directory.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .toTable(table);
    query.awaitTermination();
    return query;
  }

  private void requireEachOnce(Map<String, String> failed, int transcribed) {
    List<Row> rows =
        SPARK
            .table(table)
            .select(col("path"), col("transcript.error_code"), col("transcript.hypothesis"))
            .collectAsList();
    Map<String, String> codes =
        rows.stream()
            .filter(row -> !row.isNullAt(1))
            .collect(
                Collectors.toMap(
                    row -> Path.of(row.getString(0)).getFileName().toString(),
                    row -> row.getString(1)));
    assertThat(codes).isEqualTo(failed);
    assertThat(rows).hasSize(transcribed + failed.size());
    assertThat(rows.stream().map(row -> row.getString(0)).distinct()).hasSize(rows.size());
    assertThat(rows.stream().filter(row -> row.isNullAt(1)))
        .allSatisfy(row -> assertThat(row.getString(2)).isNotBlank());
  }

  private long count() {
    return SPARK.table(table).count();
  }

  private void arrive(int recording) throws IOException {
    Path file = recordings.get(recording);
    Files.copy(file, incoming.resolve(file.getFileName()));
  }

  private void manifest(String name, Path... files) throws IOException {
    String lines =
        Stream.of(files)
            .map(file -> "{\"path\": \"" + file + "\", \"lang\": \"German\"}\n")
            .collect(Collectors.joining());
    Files.writeString(incoming.resolve(name + ".json"), lines);
  }

  private static Path newest(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9]+"))
          .max((a, b) -> Integer.compare(number(a), number(b)))
          .orElseThrow();
    }
  }

  private static int number(Path file) {
    return Integer.parseInt(file.getFileName().toString());
  }
}
