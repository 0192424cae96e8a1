package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.decoder.BrokenAudioFiles.BrokenFile;
import io.espalier.outcome.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokenAudioTest {
  private static AudioDecoder decoder;

  @BeforeAll
  static void open() {
    decoder = new AudioDecoder(AudioLimits.defaults(), 1);
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  @Test
  void givesEveryBrokenFileItsCode(@TempDir Path dir) throws Exception {
    List<BrokenFile> files = BrokenAudioFiles.writeAll(dir);

    assertThat(files).hasSize(10);
    for (BrokenFile file : files) {
      if (file.onDisk()) {
        assertThat(code(Files.readAllBytes(file.path()))).as(file.name()).isEqualTo(file.code());
      }
    }
  }

  @Test
  void stopsABombThatHidesItsLengthAtTheLimit() throws Exception {
    byte[] bomb = FlacBomb.silence(7 * 3600, 0);
    AudioLimits oneHour = new AudioLimits(1 << 20, 3600, 8, 4_000, 96_000, 60_000);

    try (AudioDecoder strict = new AudioDecoder(oneHour, 1)) {
      assertThat(bomb.length).isLessThan(100_000);
      assertFails(strict, bomb, ErrorCode.AUDIO_TOO_LONG);
    }
  }

  @Test
  void acceptsTheSameSilenceWithinTheLimit() throws Exception {
    byte[] silence = FlacBomb.silence(600, 0);

    assertThat(decoder.decode(silence).durationS()).isEqualTo(74 * 65_535 / 8_000.0);
  }

  @ParameterizedTest
  @CsvSource({
    ".flac, FLAC, 0.99",
    ".flac, FLAC, 0.6",
    ".ogg, OPUS, 0.6",
    ".ogg, VORBIS, 0.97",
    ".m4a, AAC, 0.6",
    ".mp3, MP3, 0.7",
    ".webm, OPUS, 0.6",
    ".aiff, PCM_S16BE, 0.9",
    ".au, PCM_S16BE, 0.9",
    ".wav, PCM_S16LE, 0.9",
    ".wav, ADPCM_MS, 0.9",
    ".caf, PCM_S16LE, 0.5",
  })
  void findsThatAFileWasCut(String suffix, String codec, double kept) throws Exception {
    int id = avcodec.class.getField("AV_CODEC_ID_" + codec).getInt(null);
    byte[] file = TestAudio.encode(suffix, id, 48_000, 2, 4);

    assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(file, (int) (file.length * kept))))
        .isInstanceOfSatisfying(
            AudioException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUDIO_TRUNCATED))
        .message()
        .doesNotContainPattern("\\.\\d{7}")
        .doesNotContain("are more");
  }

  @Test
  void saysThatTheLastPacketIsDamagedRatherThanMissing() {
    byte[] flac = TestAudio.encode(".flac", avcodec.AV_CODEC_ID_FLAC, 48_000, 2, 4);
    Arrays.fill(flac, flac.length - 40, flac.length, (byte) 0x55);

    assertThatThrownBy(() -> decoder.decode(flac))
        .isInstanceOfSatisfying(
            AudioException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUDIO_TRUNCATED))
        .hasMessageContaining("the last 1 of ")
        .hasMessageContaining(" packets are damaged, after 3.9");
  }

  @Test
  void saysByHowMuchAFileIsShortEvenIfItIsLittle() {
    byte[] flac = TestAudio.encode(".flac", avcodec.AV_CODEC_ID_FLAC, 48_000, 1, 2);
    // The 36 bits of the length in samples end with byte 25.
    flac[25]++;

    assertThatThrownBy(() -> decoder.decode(flac))
        .hasMessageContaining("it ends after 2.00000 s but declares 2.00002 s");
  }

  @ParameterizedTest
  @ValueSource(strings = {".flac FLAC", ".ogg OPUS", ".ogg VORBIS"})
  void findsDamageInTheMiddleByChecksums(String format) throws Exception {
    String[] parts = format.split(" ", -1);
    int id = avcodec.class.getField("AV_CODEC_ID_" + parts[1]).getInt(null);
    byte[] file = TestAudio.encode(parts[0], id, 48_000, 2, 4);
    Arrays.fill(file, file.length / 2, file.length / 2 + 40, (byte) 0x55);

    assertThat(code(file)).isIn(ErrorCode.AUDIO_CORRUPT, ErrorCode.AUDIO_TRUNCATED);
  }

  @ParameterizedTest
  @CsvSource({".mp3, MP3", ".flac, FLAC", ".m4a, AAC", ".webm, OPUS", ".aiff, PCM_S16BE"})
  void neverFailsOtherwiseThanWithACodeWhateverBytesAreWrong(String suffix, String codec)
      throws Exception {
    int id = avcodec.class.getField("AV_CODEC_ID_" + codec).getInt(null);
    byte[] file = TestAudio.encode(suffix, id, 48_000, 1, 1);
    Random random = new Random(20);

    for (int i = 0; i < 40; i++) {
      byte[] bad = file.clone();
      for (int change = 0; change < 8; change++) {
        bad[random.nextInt(i % 2 == 0 ? 300 : bad.length)] = (byte) random.nextInt(256);
      }
      assertThat(code(bad))
          .as("file %d", i)
          .isNotIn(ErrorCode.AUDIO_DECODER_CRASHED, ErrorCode.AUDIO_DECODE_TIMEOUT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#EXTM3U\nhttp://127.0.0.1/x",
        "ffconcat version 1.0\nfile 'a.wav'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\n",
        "<?xml version=\"1.0\"?><MPD/>",
        "The free encyclopedia",
        "ID3",
        "PK\u0003\u0004rest",
        "RIFF....AVI LIST",
        "x",
      })
  void refusesWhatIsNoAudioContainer(String text) {
    assertThat(code(TestAudio.ascii(text))).isEqualTo(ErrorCode.AUDIO_FORMAT_REFUSED);
  }

  @Test
  void namesAnUnreadableFileCorruptOrTruncatedWhenItsMagicIsRight() {
    byte[] flac = Arrays.copyOf(TestAudio.ascii("fLaC"), 4_000);

    assertThat(code(flac)).isEqualTo(ErrorCode.AUDIO_CORRUPT);
  }

  @Test
  void refusesASegmentBeyondACompressedRecording() {
    byte[] file = TestAudio.encode(".mp3", avcodec.AV_CODEC_ID_MP3, 44_100, 1, 2);

    assertThatThrownBy(() -> decoder.decode(file, OptionalDouble.of(5), OptionalDouble.empty()))
        .isInstanceOfSatisfying(
            AudioException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.AUDIO_SEGMENT_OUT_OF_RANGE));
  }

  private static ErrorCode code(byte[] bytes) {
    AudioException failure =
        catchThrowableOfType(AudioException.class, () -> decoder.decode(bytes));
    return failure == null ? null : failure.code();
  }

  private static void assertFails(AudioDecoder decoder, byte[] bytes, ErrorCode code) {
    assertThatThrownBy(() -> decoder.decode(bytes))
        .isInstanceOfSatisfying(AudioException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
