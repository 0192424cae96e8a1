package io.espalier.tools.benchmark;

import io.espalier.files.Directories;
import io.espalier.spark.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Recordings of noise in a temporary directory.
 *
 * @param files 16-bit, 16 kHz mono wave files
 */
record NoiseFiles(Path directory, List<Path> files) implements AutoCloseable {
  private static final int RATE = 16_000;

  static NoiseFiles write(int count, int seconds) throws IOException {
    Path directory = Directories.temporary("espalier-benchmark");
    List<Path> files = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      files.add(Files.write(directory.resolve(i + ".wav"), wav(random, seconds * RATE)));
    }
    return new NoiseFiles(directory, files);
  }

  private static byte[] wav(Random random, int samples) {
    ByteBuffer file = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(file.capacity() - 8).put(ascii("WAVEfmt ")).putInt(16);
    file.putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(2 * RATE);
    file.putShort((short) 2).putShort((short) 16).put(ascii("data")).putInt(2 * samples);
    for (int i = 0; i < samples; i++) {
      file.putShort((short) (3000 * random.nextGaussian()));
    }
    return file.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Writes a manifest beside them. */
  String manifest(SparkSession spark) {
    StructType schema =
        new StructType()
            .add("utt_id", "string")
            .add("audio", "string")
            .add("language", "string")
            .add("task", "string");
    List<Row> rows =
        files.stream()
            .map(file -> RowFactory.create(file.getFileName().toString(), uri(file), "eng", "asr"))
            .toList();
    String manifest = uri(directory.resolve("manifest.parquet"));
    spark.createDataFrame(rows, schema).coalesce(1).write().parquet(manifest);
    return manifest;
  }

  private static String uri(Path file) {
    return Storage.uri(file);
  }

  @Override
  public void close() {
    try {
      Directories.deleteRecursively(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + directory, e);
    }
  }
}
