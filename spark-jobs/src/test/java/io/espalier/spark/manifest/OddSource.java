package io.espalier.spark.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What sources that people have are made of, for {@link OddSourcesTest}. */
final class OddSource {
  private OddSource() {}

  /** Puts a source into a directory and gives its path. */
  interface Maker {
    Object make(Path directory) throws IOException;
  }

  /**
   * A source.
   *
   * @param sql columns to look at in the manifest; null if it is refused
   * @param expected the values, in the order of the ids, or parts of the message
   * @param options of the command
   */
  record Odd(String name, Maker maker, String sql, List<String> expected, List<String> options) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Odd read(String name, Maker maker, String sql, String rows, String... options) {
    return new Odd(name, maker, sql, List.of(rows.split("\n")), List.of(options));
  }

  static Odd refused(String name, Maker maker, String... parts) {
    return new Odd(name, maker, null, List.of(parts), List.of());
  }

  static Odd refusedWith(String option, String value, String name, Maker maker, String... parts) {
    return new Odd(name, maker, null, List.of(parts), List.of(option, value));
  }

  static Object splits(Path directory) throws IOException {
    row(directory.resolve("d/data/train-00000-of-00002.parquet"), "a");
    row(directory.resolve("d/data/train-00001-of-00002.parquet"), "b");
    row(directory.resolve("d/data/test-00000-of-00001-0ab1.parquet"), "a");
    return directory.resolve("d");
  }

  /** One row with columns behind ours that are null. */
  static Maker with(String columns) {
    return directory ->
        parquet(
            directory.resolve("m.parquet"),
            "required binary utt_id (UTF8); required binary audio (UTF8); " + columns,
            group -> group.append("utt_id", "a").append("audio", "/a.wav"));
  }

  static void row(Path file, String id) throws IOException {
    parquet(
        file,
        "required binary utt_id (UTF8); required binary audio (UTF8);",
        group -> group.append("utt_id", id).append("audio", "/" + id + ".wav"));
  }

  static Path parquet(Path file, String schema, ParquetBytes.Row row) throws IOException {
    Files.createDirectories(file.getParent());
    return ParquetBytes.write(file, schema, row);
  }

  static String line(String id) {
    return "{\"utt_id\": \"%1$s\", \"audio\": \"/%1$s.wav\"}\n".formatted(id);
  }

  static Path resource(String name) {
    return Path.of("src/test/resources/sources", name).toAbsolutePath();
  }

  static Maker csv(String text) {
    return directory -> text(directory.resolve("m.csv"), text);
  }

  static Maker json(String text) {
    return directory -> text(directory.resolve("m.json"), text);
  }

  static Path text(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, text.getBytes(UTF_8));
  }
}
