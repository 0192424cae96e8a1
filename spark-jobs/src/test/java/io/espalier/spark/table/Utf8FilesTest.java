package io.espalier.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.manifest.KaldiManifest;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.task.AudioRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Utf8FilesTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final String LINE =
      "{\"utt_id\": \"a\", \"audio\": \"a.wav\", \"reference\": \"%s\"}\n";

  @TempDir Path directory;

  @Test
  void aManifestInLatin1IsRefusedByLineAndByte() throws IOException {
    String file =
        latin1(
            "m.jsonl",
            String.format(Locale.ROOT, LINE, "gut") + String.format(Locale.ROOT, LINE, "grüße"));
    assertThatThrownBy(() -> Manifest.read(SPARK, file))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot read file:" + file + ": line 2 is not UTF-8, byte 0xFC");
  }

  @Test
  void theTextInsideAPackedManifestIsLookedAt() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(String.format(Locale.ROOT, LINE, "grüße").getBytes(StandardCharsets.ISO_8859_1));
    }
    Path file = Files.write(directory.resolve("m.jsonl.gz"), packed.toByteArray());
    assertThatThrownBy(() -> Manifest.read(SPARK, file.toString()))
        .hasMessageContaining("line 1 is not UTF-8, byte 0xFC at offset 50");
  }

  @Test
  void aByteOrderMarkIsNoPartOfAManifest() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("m.jsonl"), "\uFEFF" + String.format(Locale.ROOT, LINE, "grüße"));
    assertThat(Manifest.read(SPARK, file.toString()).first().<String>getAs("reference"))
        .isEqualTo("grüße");
  }

  @Test
  void aByteOrderMarkIsNoPartOfAnId() throws IOException {
    Files.writeString(directory.resolve("wav.scp"), "\uFEFFr1 /a.wav\n");
    Files.writeString(directory.resolve("text"), "\uFEFFr1 grüße\n");
    assertThat(
            KaldiManifest.columns(
                    SPARK, directory.toString(), Optional.empty(), AudioRules.DEFAULTS)
                .first()
                .mkString(" "))
        .startsWith("r1 /a.wav")
        .contains("grüße");
  }

  @Test
  void utf16IsRefusedByItsName() throws IOException {
    Path file =
        Files.write(
            directory.resolve("m.jsonl"),
            String.format(Locale.ROOT, LINE, "x").getBytes(StandardCharsets.UTF_16));
    assertThatThrownBy(() -> Manifest.read(SPARK, file.toString()))
        .hasMessageContaining("iconv -f UTF-16 -t UTF-8");
  }

  @Test
  void allFilesOfADirectoryAreLookedAt() throws IOException {
    Files.createDirectories(directory.resolve("m/part=1"));
    Files.writeString(directory.resolve("m/a.json"), String.format(Locale.ROOT, LINE, "grüße"));
    latin1("m/_hidden", "ü");
    Utf8Files.require(SPARK, directory.resolve("m").toString());
    String wrong = latin1("m/part=1/b.json", "ü");
    assertThatThrownBy(() -> Utf8Files.require(SPARK, directory.resolve("m").toString()))
        .hasMessageContaining(wrong);
  }

  @Test
  void aLargeFileIsReadInTasksToItsEnd() throws IOException {
    String line = String.format(Locale.ROOT, LINE, "grüße ".repeat(20));
    int lines = (9 << 20) / line.length();
    Path file = Files.writeString(directory.resolve("m.jsonl"), line.repeat(lines));
    Utf8Files.require(SPARK, file.toString());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 4] = (byte) 0xC3;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Utf8Files.require(SPARK, file.toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            String.format(
                Locale.ROOT,
                "line %d is not UTF-8, byte 0xC3 at offset %d",
                lines,
                bytes.length - 4));
  }

  private String latin1(String name, String text) throws IOException {
    return Files.write(directory.resolve(name), text.getBytes(StandardCharsets.ISO_8859_1))
        .toString();
  }
}
