package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.container.AudioContainer;
import io.espalier.outcome.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AMR, WMA, W64, BW64, WavPack and Ogg files that were cut or damaged anywhere. */
class CutFilesTest {
  private enum Sound {
    AMR,
    AMR_WB,
    WMA,
    W64,
    W64_ADPCM,
    BW64,
    WAVPACK,
    WAVPACK_HYBRID;

    byte[] bytes() {
      return switch (this) {
        case AMR -> TestAudio.encodeVoice("amr", "libopencore_amrnb", 8_000, 1, 2);
        case AMR_WB -> TestAudio.encodeVoice("amr", "libvo_amrwbenc", 16_000, 1, 2);
        case WMA -> resource("wmav1.wma");
        case W64 -> TestAudio.encodeVoice("w64", "pcm_s16le", 16_000, 1, 2);
        case W64_ADPCM -> TestAudio.encodeVoice("w64", "adpcm_ima_wav", 16_000, 1, 2);
        case BW64 -> bw64();
        case WAVPACK -> wavPack();
        case WAVPACK_HYBRID -> resource("hybrid.wv");
      };
    }
  }

  private static AudioDecoder decoder;

  @BeforeAll
  static void open() {
    decoder = new AudioDecoder(AudioLimits.defaults(), 1);
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  @ParameterizedTest
  @EnumSource(Sound.class)
  void findsEveryCut(Sound sound) {
    byte[] file = sound.bytes();
    Random random = new Random(3);

    assertThat(code(file)).isNull();
    for (int i = 0; i < 60; i++) {
      int length = i < 8 ? file.length - 1 - i : 120 + random.nextInt(file.length - 121);
      byte[] cut = Arrays.copyOf(file, length);
      if (endsWithAFrame(sound, cut)) {
        continue; // Nothing in the file says that another frame followed.
      }
      assertThat(code(cut)).as("%d of %d bytes", length, file.length).isEqualTo(truncated());
    }
  }

  @ParameterizedTest
  @EnumSource(Sound.class)
  void neverFailsOtherwiseThanWithACodeWhateverBytesAreWrong(Sound sound) {
    byte[] file = sound.bytes();
    Random random = new Random(11);

    for (int i = 0; i < 60; i++) {
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
  @EnumSource(Sound.class)
  void neverFailsOtherwiseThanWithACodeWhateverFollowsTheFirstBytes(Sound sound) {
    byte[] file = sound.bytes();
    Random random = new Random(12);

    for (int i = 0; i < 30; i++) {
      byte[] bad = new byte[20 + random.nextInt(4_000)];
      random.nextBytes(bad);
      System.arraycopy(file, 0, bad, 0, Math.min(bad.length, 9 + random.nextInt(60)));
      assertThat(code(bad))
          .as("file %d", i)
          .isNotIn(ErrorCode.AUDIO_DECODER_CRASHED, ErrorCode.AUDIO_DECODE_TIMEOUT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"libspeex", "libopus", "vorbis", "flac"})
  void neverFailsOtherwiseThanWithACodeWhateverIsInsideOggPagesWithRightChecksums(String encoder) {
    int rate = encoder.equals("libopus") ? 48_000 : 16_000;
    byte[] file = TestAudio.encodeVoice("ogg", encoder, rate, 2, 1);
    Random random = new Random(13);
    int firstCrc = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(22);

    assertThat(oggCrc(file, 0, 28 + (file[27] & 0xff))).isEqualTo(firstCrc);
    for (int i = 0; i < 60; i++) {
      byte[] bad = file.clone();
      for (int at = 0; at < bad.length; ) {
        int segments = bad[at + 26] & 0xff;
        int body = at + 27 + segments;
        int end = body;
        for (int segment = 0; segment < segments; segment++) {
          end += bad[at + 27 + segment] & 0xff;
        }
        boolean header = at == 0 && i % 4 > 0;
        for (int change = 0; change < (header ? 0 : 6); change++) {
          bad[body + random.nextInt(end - body)] = (byte) random.nextInt(256);
        }
        ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 22, oggCrc(bad, at, end));
        at = end;
      }
      assertThat(code(bad))
          .as("file %d", i)
          .isNotIn(ErrorCode.AUDIO_DECODER_CRASHED, ErrorCode.AUDIO_DECODE_TIMEOUT);
    }
  }

  /** RFC 3533: polynomial 0x04c11db7, the field itself counted as 0. */
  private static int oggCrc(byte[] file, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc ^= (i >= from + 22 && i < from + 26 ? 0 : file[i] & 0xff) << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc << 1) ^ (crc < 0 ? 0x04c1_1db7 : 0);
      }
    }
    return crc;
  }

  @ParameterizedTest
  @EnumSource(Sound.class)
  void neverFailsOtherwiseThanWithACodeHoweverLittleIsLeft(Sound sound) {
    byte[] file = sound.bytes();

    for (int length = 1; length < 200; length++) {
      byte[] start = Arrays.copyOf(file, length);
      ErrorCode code = code(start);
      if (!endsWithAFrame(sound, start)) {
        assertThat(code).as("the first %d bytes", length).isNotNull();
      }
    }
  }

  @Test
  void findsThatALiveWmaStreamWasCutInsideAPacket() {
    byte[] live = liveWma();

    byte[] ended = Arrays.copyOf(live, live.length + 12);
    System.arraycopy(new byte[] {0x24, 0x45, 8}, 0, ended, live.length, 3);

    assertThat(code(live)).isNull();
    assertThat(code(ended)).as("with a chunk that says the end").isNull();
    assertThat(code(Arrays.copyOf(live, live.length - 700))).isEqualTo(truncated());
  }

  @Test
  void findsDamageInWavPackByItsChecksums() {
    byte[] file = Sound.WAVPACK.bytes();
    file[file.length / 2] ^= 0x40;

    assertThat(code(file)).isIn(ErrorCode.AUDIO_CORRUPT, ErrorCode.AUDIO_TRUNCATED);
  }

  @Test
  void readsWavPackBeforeATag() throws Exception {
    byte[] file = Sound.WAVPACK.bytes();
    byte[] tagged = Arrays.copyOf(file, file.length + 128);
    System.arraycopy(TestAudio.ascii("TAG"), 0, tagged, file.length, 3);

    assertThat(decoder.decode(tagged).samples()).isEqualTo(decoder.decode(file).samples());
  }

  @Test
  void keepsThePausesOfAmr() throws Exception {
    for (String encoder : new String[] {"libopencore_amrnb", "libvo_amrwbenc"}) {
      int rate = encoder.equals("libopencore_amrnb") ? 8_000 : 16_000;
      short[] samples = new short[3 * rate]; // Two thirds are silence.
      for (int i = 0; i < rate; i++) {
        samples[i] = (short) (TestAudio.voice(i, rate) * 32767);
      }
      byte[] steady = TestAudio.encodeSamples("amr", encoder, rate, 1, samples);
      byte[] sparing = TestAudio.encodeSamples("amr", encoder, rate, 1, samples, "dtx=1");

      assertThat(sparing.length).as(encoder).isLessThan(steady.length * 9 / 10);
      assertThat(decoder.decode(sparing).durationS()).isCloseTo(3, within(0.021));
    }
  }

  @Test
  void refusesEncryptedWma() {
    byte[] file = Sound.WMA.bytes();
    byte[] encryption = {
      (byte) 0xfb,
      (byte) 0xb3,
      0x11,
      0x22,
      0x23,
      (byte) 0xbd,
      (byte) 0xd2,
      0x11, //
      (byte) 0xb4,
      (byte) 0xb7,
      0,
      (byte) 0xa0,
      (byte) 0xc9,
      0x55,
      (byte) 0xfc,
      0x6e
    };
    System.arraycopy(encryption, 0, file, objectAt(file, 1), 16);

    assertThat(code(file)).isEqualTo(ErrorCode.AUDIO_FORMAT_REFUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"drms", "enca", "aavd"})
  void refusesEncryptedMp4(String entry) {
    byte[] file = TestAudio.encodeVoice("ipod", "aac", 16_000, 1, 1);
    int at = 0;
    while (!AudioContainer.has(file, at, "stsd")) {
      at++;
    }
    System.arraycopy(TestAudio.ascii(entry), 0, file, at + 16, 4);

    assertThat(code(file)).isEqualTo(ErrorCode.AUDIO_FORMAT_REFUSED);
  }

  /** The same file as a writer leaves it that cannot seek. */
  private static byte[] liveWma() {
    byte[] file = Sound.WMA.bytes();
    ByteBuffer view = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int properties = objectAt(file, 0);
    int data = (int) view.getLong(16);
    int end = (int) (data + view.getLong(data + 16));
    view.putInt(properties + 88, view.getInt(properties + 88) | 1);
    view.putLong(data + 16, 0);
    return Arrays.copyOf(file, end);
  }

  /** Where the n-th object of an ASF header stands. */
  private static int objectAt(byte[] file, int index) {
    int at = 30;
    for (int i = 0; i < index; i++) {
      at += (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(at + 16);
    }
    return at;
  }

  private static boolean endsWithAFrame(Sound sound, byte[] cut) {
    if (!sound.name().startsWith("AMR")) {
      return false;
    }
    // Both encoders write frames of one length: 32 bytes of 12.2 kbit/s, 61 of 23.85 kbit/s.
    return sound == Sound.AMR ? (cut.length - 6) % 32 == 0 : (cut.length - 9) % 61 == 0;
  }

  /** Without the tag that FFmpeg appends: a file that was cut inside it has all its samples. */
  private static byte[] wavPack() {
    byte[] file = TestAudio.encodeVoice("wv", "wavpack", 16_000, 1, 2);
    int end = file.length;
    for (int at = 0; at < file.length; at++) {
      end = AudioContainer.has(file, at, "APETAGEX") ? Math.min(end, at) : end;
    }
    return Arrays.copyOf(file, end);
  }

  private static byte[] bw64() {
    byte[] file = TestAudio.encodeVoice("wav", "pcm_s16le", 16_000, 1, 2, "rf64=always");
    System.arraycopy(TestAudio.ascii("BW64"), 0, file, 0, 4);
    return file;
  }

  private static byte[] resource(String name) {
    try (InputStream in = CutFilesTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ErrorCode truncated() {
    return ErrorCode.AUDIO_TRUNCATED;
  }

  private static ErrorCode code(byte[] bytes) {
    AudioException failure =
        catchThrowableOfType(AudioException.class, () -> decoder.decode(bytes));
    return failure == null ? null : failure.code();
  }
}
