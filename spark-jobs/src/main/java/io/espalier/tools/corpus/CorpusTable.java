package io.espalier.tools.corpus;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.files.Utf8Text;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Writes the manifest of a synthetic corpus as one Parquet file, with or without its audio. */
public final class CorpusTable {
  private static final List<String> TEXT_BEFORE_SNR =
      List.of(
          "language", "task", "speaker_id", "reference", "transcript", "translation", "condition");
  private static final List<String> TEXT_AFTER_SNR = List.of("maker", "voice", "format", "split");

  private CorpusTable() {}

  /**
   * Writes one Parquet file with the rows in the manifest's order.
   *
   * @param corpusDir local directory with {@code manifest.jsonl} and the files that it names
   * @param parquetPath the file, on any Hadoop file system; overwritten
   * @param embedAudio true for a column {@code audio} of {@code struct<bytes, path>}, which needs
   *     no other file; false for paths relative to the corpus directory
   */
  public static void write(
      SparkSession spark, Path corpusDir, String parquetPath, boolean embedAudio)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Utf8Text.readLines(corpusDir.resolve(CorpusMaker.MANIFEST))) {
      rows.add(row(JsonParser.parseString(line).getAsJsonObject(), corpusDir, embedAudio));
    }
    org.apache.hadoop.fs.Path target = Storage.path(Locations.absolute(spark, parquetPath));
    org.apache.hadoop.fs.Path parts =
        Storage.child(target.getParent(), target.getName() + ".parts");
    spark
        .createDataFrame(rows, schema(embedAudio))
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(parts.toString());
    moveOnlyPart(parts, target, spark.sparkContext().hadoopConfiguration());
  }

  private static void moveOnlyPart(
      org.apache.hadoop.fs.Path parts, org.apache.hadoop.fs.Path target, Configuration conf)
      throws IOException {
    FileSystem fileSystem = Storage.open(conf, target);
    FileStatus[] written = fileSystem.listStatus(parts, file -> file.getName().startsWith("part-"));
    if (written.length != 1) {
      throw new IOException("Cannot write %s: expected one part in %s".formatted(target, parts));
    }
    fileSystem.delete(target, false);
    if (!fileSystem.rename(written[0].getPath(), target)) {
      throw new IOException("Cannot move %s to %s".formatted(written[0].getPath(), target));
    }
    fileSystem.delete(parts, true);
    // Local disks get a hidden checksum file, one more file to keep with the table.
    fileSystem.delete(Storage.child(target.getParent(), "." + target.getName() + ".crc"), false);
  }

  private static StructType schema(boolean embedAudio) {
    DataType text = DataTypes.StringType;
    DataType audio =
        embedAudio ? new StructType().add("bytes", DataTypes.BinaryType).add("path", text) : text;
    List<StructField> fields = new ArrayList<>();
    fields.add(DataTypes.createStructField("utt_id", text, false));
    fields.add(DataTypes.createStructField("audio", audio, false));
    TEXT_BEFORE_SNR.forEach(name -> fields.add(DataTypes.createStructField(name, text, false)));
    fields.add(DataTypes.createStructField("snr_db", DataTypes.DoubleType, true));
    TEXT_AFTER_SNR.forEach(name -> fields.add(DataTypes.createStructField(name, text, false)));
    return DataTypes.createStructType(fields);
  }

  private static Row row(JsonObject json, Path corpusDir, boolean embedAudio) throws IOException {
    String path = json.get("audio").getAsString();
    List<Object> cells = new ArrayList<>();
    cells.add(json.get("utt_id").getAsString());
    cells.add(
        embedAudio ? RowFactory.create(Files.readAllBytes(corpusDir.resolve(path)), path) : path);
    TEXT_BEFORE_SNR.forEach(name -> cells.add(json.get(name).getAsString()));
    JsonElement snrDb = json.get("snr_db");
    cells.add(snrDb == null ? null : snrDb.getAsDouble());
    TEXT_AFTER_SNR.forEach(name -> cells.add(json.get(name).getAsString()));
    return RowFactory.create(cells.toArray());
  }
}
