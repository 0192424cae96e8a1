package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.conf.EspalierConf;
import io.espalier.spark.context.ContextFactory;
import io.espalier.spark.context.ContextJobOptions;
import io.espalier.spark.context.ContextStage;
import io.espalier.spark.context.ContextSummary;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A manifest of real files, a table of its own, and the job between them. */
public final class TranscribeJob {
  static final StructType MANIFEST =
      new StructType()
          .add("utt_id", "string")
          .add("audio", "string")
          .add("language", "string")
          .add("text_prev", "string")
          .add("reference", "string")
          .add("speaker_id", "string");

  private final SparkSession spark;
  private final Path directory;
  private final Map<String, String> options = new HashMap<>();
  private final List<Row> manifest = new ArrayList<>();

  public TranscribeJob(SparkSession spark, Path directory) {
    this.spark = spark;
    this.directory = directory;
    options.put("table", "t_" + UUID.randomUUID().toString().replace('-', '_'));
    options.put("contexts", options.get("table"));
    options.put("manifest", directory.resolve("manifest.parquet").toString());
    options.put("bundle", "none");
    options.put("max-failed-fraction", "1");
  }

  public TranscribeJob option(String name, String value) {
    options.put(name, value);
    return this;
  }

  /** Adds sound files of growing length to the manifest. */
  public TranscribeJob utterances(int count) {
    for (int i = 0; i < count; i++) {
      row(String.format(Locale.ROOT, "utt-%03d", manifest.size()), wav(manifest.size()).toString());
    }
    return writeManifest();
  }

  public TranscribeJob row(String id, String audio) {
    return row(RowFactory.create(id, audio, "deu", null, "ref " + id, "speaker"));
  }

  public TranscribeJob row(Row row) {
    manifest.add(row);
    return this;
  }

  public TranscribeJob writeManifest() {
    spark
        .createDataFrame(manifest, MANIFEST)
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(options.get("manifest"));
    return this;
  }

  /** A wave file of {@code 0.01 * (i + 1)} seconds. */
  public Path wav(int i) {
    ByteBuffer file = ByteBuffer.allocate(44 + 2 * samples(i)).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(file.capacity() - 8).put(ascii("WAVEfmt ")).putInt(16);
    file.putShort((short) 1).putShort((short) 1).putInt(16_000).putInt(32_000);
    file.putShort((short) 2).putShort((short) 16).put(ascii("data")).putInt(2 * samples(i));
    while (file.hasRemaining()) {
      file.putShort((short) ((i + 1) * 64));
    }
    try {
      return Files.write(
          directory.resolve(String.format(Locale.ROOT, "%03d.wav", i)), file.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Half a second of stereo whose channels cancel each other. */
  public Path antiphase() {
    ByteBuffer file = ByteBuffer.allocate(44 + 4 * 8_000).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(file.capacity() - 8).put(ascii("WAVEfmt ")).putInt(16);
    file.putShort((short) 1).putShort((short) 2).putInt(16_000).putInt(64_000);
    file.putShort((short) 4).putShort((short) 16).put(ascii("data")).putInt(4 * 8_000);
    while (file.hasRemaining()) {
      file.putShort((short) 5_000).putShort((short) -5_000);
    }
    try {
      return Files.write(directory.resolve("antiphase.wav"), file.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static int samples(int i) {
    return 160 * (i + 1);
  }

  /** What {@link FakeTranscriber} says of {@link #wav}. */
  public static String text(int i) {
    return String.format(
        Locale.ROOT, "%d samples of %.3f", samples(i), samples(i) * (i + 1) * 64 / 32768.0);
  }

  public EspalierConf conf() {
    return SessionConf.of(Map.of(), options);
  }

  public StageSummary run(TranscriberFactory factory) {
    return run(factory, silent());
  }

  public StageSummary run(TranscriberFactory factory, StageProgress progress) {
    return new Transcribe(spark, TranscribeOptions.of(conf()), factory, progress).run();
  }

  public ContextSummary run(ContextFactory factory) {
    return run(factory, silent());
  }

  public ContextSummary run(ContextFactory factory, StageProgress progress) {
    return new ContextStage(spark, ContextJobOptions.of(conf()), factory, progress).run();
  }

  private static StageProgress silent() {
    return new StageProgress(new PrintWriter(Writer.nullWriter()), false, Duration.ofMillis(100));
  }

  public String table() {
    return options.get("table");
  }

  public List<Row> manifest() {
    return manifest;
  }

  /** The table, by id. */
  public List<Row> rows() {
    TableRef table = TableRef.of(spark, table());
    return Tables.exists(spark, table)
        ? Tables.read(spark, table).orderBy("utt_id", "run_id").collectAsList()
        : List.of();
  }

  /** Makes the table one of a time before it had some column. */
  public void drop(String column) {
    TableRef table = TableRef.of(spark, table());
    Dataset<Row> rows = Tables.read(spark, table).drop(column);
    if (table instanceof TableRef.InFiles files) {
      Tables.swap(spark, files, rows);
    } else {
      spark.sql("ALTER TABLE %s DROP COLUMN %s".formatted(table(), column));
    }
  }

  /** Proves the first promise of the table. */
  public List<Row> assertOneRowPerInput() {
    List<Row> rows = rows();
    assertThat(rows)
        .extracting(row -> row.getAs("utt_id"))
        .containsExactlyElementsOf(
            manifest.stream().map(row -> row.getString(0)).sorted().toList());
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs("status")).isIn("ok", "failed");
              boolean ok = row.getAs("status").equals("ok");
              assertThat(row.<String>getAs("error_code") == null).isEqualTo(ok);
              assertThat(row.<String>getAs("hypothesis") != null).isEqualTo(ok);
            });
    return rows;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
