package io.espalier.spark.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.checkpoint.BundleManifest;
import io.espalier.conf.UsageException;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Utf8Text;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Locations;
import io.espalier.spark.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The model card and size of a bundle, read without loading the model.
 *
 * @param path of the bundle
 * @param card the text of {@code bundle.yaml}
 * @param manifest what it says
 * @param parameters number of parameters by file
 */
public record BundleCard(
    String path, String card, BundleManifest manifest, Map<String, Long> parameters) {
  private static final int MAX_HEADER_BYTES = 64 << 20;

  /**
   * Reads the card and the headers of the weights.
   *
   * @throws UsageException if the path holds no bundle
   */
  public static BundleCard read(SparkSession spark, String bundle) {
    Path path = Storage.path(Locations.absolute(spark, bundle));
    Path card = new Path(path, "bundle.yaml");
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      if (!fs.exists(card)) {
        throw new UsageException(
            "Cannot find bundle: no bundle.yaml in %s. Make one with espalier import"
                .formatted(path));
      }
      String text;
      try (FSDataInputStream in = fs.open(card)) {
        text = Utf8Text.decode(in.readAllBytes(), card.toString());
      }
      Map<String, Long> parameters = new TreeMap<>();
      for (FileStatus weights :
          fs.listStatus(path, file -> file.getName().endsWith(".safetensors"))) {
        parameters.put(weights.getPath().getName(), count(fs, weights.getPath()));
      }
      return new BundleCard(bundle, text, BundleManifest.parse(card.toString(), text), parameters);
    } catch (MalformedFileException e) {
      throw new UsageException(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s: %s".formatted(bundle, e.getMessage()), e);
    }
  }

  /** Whether the bundle holds an OWSM, and not context encoders alone. */
  public boolean hasOwsm() {
    return parameters.containsKey("model.safetensors");
  }

  /** SHA-256 of every file by its name, as the card has it. */
  public Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    manifest.files().forEach((name, digest) -> digests.put(name, digest.sha256()));
    return digests;
  }

  /** The model's name. */
  public String name() {
    return manifest.card().get("name") instanceof String name ? name : path;
  }

  /** The card as it is, and the sizes. */
  public String report() {
    StringBuilder report = new StringBuilder();
    report.append(String.format(Locale.ROOT, "%nBundle %s%n%s%n", path, card.strip()));
    parameters.forEach(
        (file, count) ->
            report.append(String.format(Locale.ROOT, "%s: %,d parameters%n", file, count)));
    return report.toString();
  }

  /** Elements of all tensors: a length, a JSON header with the shapes, then data not read. */
  private static long count(FileSystem fs, Path file) throws IOException {
    try (FSDataInputStream in = fs.open(file)) {
      byte[] length = new byte[Long.BYTES];
      in.readFully(length);
      long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (bytes < 2 || bytes > MAX_HEADER_BYTES) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "Invalid safetensors header: %d bytes, limit is %d",
                bytes,
                MAX_HEADER_BYTES));
      }
      byte[] header = new byte[(int) bytes];
      in.readFully(header);
      long total = 0;
      for (JsonNode tensor : new ObjectMapper().readTree(header)) {
        if (tensor.has("shape")) {
          long elements = 1;
          for (JsonNode dimension : tensor.get("shape")) {
            elements *= dimension.asLong();
          }
          total += elements;
        }
      }
      return total;
    }
  }
}
