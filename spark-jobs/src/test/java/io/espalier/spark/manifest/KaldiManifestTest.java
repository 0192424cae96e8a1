package io.espalier.spark.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.task.AudioRules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KaldiManifestTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"wav.scp", "segments", "text", "utt2spk", "utt2lang", "text.prev"})
  void everyFileIsUtf8OrRefused(String name) throws IOException {
    write("wav.scp", "r1 /a.wav\n");
    write("segments", "r1 r1 0 1\n");
    Files.write(
        directory.resolve(name),
        (Files.exists(directory.resolve(name)) ? Files.readString(directory.resolve(name)) : "")
            .concat("r2 köln\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(this::rows)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("/" + name + ": line")
        .hasMessageContaining("is not UTF-8, byte 0xF6");
  }

  @ParameterizedTest
  @CsvSource({
    "1e-05 3.3, 0.00001, 3.3",
    "5.551115123125783e-17 2.5E0, 5.551115123125783e-17, 2.5",
    "+.5 1., 0.5, 1.0",
    "0 1e2, 0.0, 100.0",
    "0.5 -1, 0.5,",
    "0.5 -1.0, 0.5,"
  })
  void timesAreWhatCReads(String times, double start, Double end) throws IOException {
    write("wav.scp", "r1 /a.wav\n");
    write("segments", "u1 r1 " + times + "\n");
    Row row = rows().get(0);
    assertThat(row.<Double>getAs("start_s")).isEqualTo(start);
    assertThat(row.<Double>getAs("end_s")).isEqualTo(end);
  }

  @ParameterizedTest
  @CsvSource({
    "0 one, is not 'utterance recording start end'",
    "0 1 2 3, is not 'utterance recording start end'",
    "0 1 A, is not 'utterance recording start end'",
    "1e 2, is not 'utterance recording start end'",
    "-0.5 1, must start at 0 or later",
    "2 1, end after its start",
    "1 1, end after its start",
    "1 -0.5, end after its start",
    "0 1 1, channels cannot be selected"
  })
  void otherSegmentsAreRefusedByTheirLine(String times, String message) throws IOException {
    write("wav.scp", "r1 /a.wav\n");
    write("segments", "u0 r1 0 1\nu1 r1 " + times + "\n");
    assertThatThrownBy(this::rows).hasMessageContaining(message).hasMessageContaining("'u1 ");
  }

  @Test
  void theFirstChannelOfAMonoFileIsTheFile() throws IOException {
    Files.write(directory.resolve("mono.wav"), wav(1));
    write("wav.scp", "r1 mono.wav\nr2 gone.wav\n");
    write("segments", "u1 r1 0 0.5 0\nu2 r2 0 1 0\n");
    assertThat(rows()).extracting(row -> row.getAs("end_s")).containsExactly(0.5, 1.0);
  }

  @Test
  void aChannelOfSeveralIsRefused() throws IOException {
    Files.write(directory.resolve("stereo.wav"), wav(2));
    write("wav.scp", "r1 stereo.wav\n");
    write("segments", "u1 r1 0 0.5 0\n");
    assertThatThrownBy(this::rows)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("they select channel 0")
        .hasMessageContaining("stereo.wav");
  }

  @Test
  void twoChannelsOfOneFileAreRefused() throws IOException {
    write("wav.scp", "c-A call.wav\nc-B call.wav\nd-A d.wav\n");
    write("reco2file_and_channel", "c-A call A\nc-B call B\nd-A d A\n");
    assertThatThrownBy(this::rows)
        .hasMessageContaining("several channels of one file")
        .hasMessageContaining("call.wav");
    write("wav.scp", "c-A callA.wav\nc-B callB.wav\nd-A d.wav\n");
    assertThat(rows()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "r1 sph2pipe -f wav a.sph |; shell commands are never run",
        "r1 | cat a.wav; shell commands are never run",
        "r1 a.ark:123; offsets into archives",
        "r1 a.ark:123[0:50]; offsets into archives",
        "r1 a.ark; offsets into archives",
        "r1 feats:7; offsets into archives",
        "r1 -; names no file",
        "r1; names no file"
      })
  void whatIsNoFileIsRefused(String line, String message) throws IOException {
    write("wav.scp", line + "\n");
    assertThatThrownBy(this::rows).hasMessageContaining(message);
  }

  @Test
  void aTextAndUtt2langThatDisagreeAreRefused() throws IOException {
    write("wav.scp", "u1 a.wav\nu2 b.wav\n");
    write("text", "u1 <deu><asr> hallo\nu2 <fra><st_eng> hello\n");
    write("utt2lang", "u1 de\nu2 en\n");
    assertThatThrownBy(this::rows)
        .hasMessageContaining("utt2lang")
        .hasMessageContaining("1 lines, such as 'u2 en <fra><st_eng> hello'");
  }

  @Test
  void aDirectoryWithoutRecordingsIsRefused() {
    assertThatThrownBy(this::rows).hasMessageContaining("no wav.scp in " + directory);
  }

  private List<Row> rows() {
    return KaldiManifest.columns(
            SPARK,
            directory.toString(),
            Optional.of(directory.toUri().toString()),
            AudioRules.DEFAULTS)
        .orderBy("utt_id")
        .collectAsList();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  /** One second of silence. */
  private static byte[] wav(int channels) {
    int bytes = 2 * channels * 16_000;
    ByteBuffer file = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + bytes);
    file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1);
    file.putShort((short) channels).putInt(16_000).putInt(32_000 * channels);
    file.putShort((short) (2 * channels)).putShort((short) 16);
    file.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
    return file.array();
  }
}
