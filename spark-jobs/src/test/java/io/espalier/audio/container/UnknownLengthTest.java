package io.espalier.audio.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.audio.decoder.TestAudio;
import io.espalier.outcome.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Headers whose writer could not go back to fill in the length, against files that were cut. */
class UnknownLengthTest {
  /** What SoX, Oboe, arecord, FFmpeg, libsndfile and others leave; SoX rounds to whole blocks. */
  private static final long[] UNKNOWN_32 = {
    0,
    0x7f00_0000L,
    0x7f00_0008L,
    0x7fff_f000L,
    0x7fff_effcL,
    0x7fff_ffffL,
    0x7fff_ffdbL,
    0x8000_0000L,
    0x8000_0024L,
    0xffff_f000L,
    0xffff_ffd3L,
    0xffff_ffffL
  };

  private static final long[] UNKNOWN_64 = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0xffff_ffffL};

  /** Lengths that a writer counted. */
  private static final long[] COUNTED = {
    40_000, 2_000_000_000L, 0x7eff_0000L, 0x7fff_0000L, 0x8001_0000L, 0xfff0_0000L
  };

  /** A file, and where the length of its samples stands; 0 means after the chunk's name. */
  private enum Header {
    WAV(false, 40),
    WAV_8_KHZ(false, 40),
    WAV_MULAW(false, 0),
    RF64(true, 28),
    BW64(true, 28),
    BW64_8_KHZ(true, 28),
    W64(true, 96),
    AIFF(false, 0),
    AIFC_ALAW(false, 0),
    AIFC_IMA(false, 0),
    AU(false, 8),
    CAF(true, 0);

    private final boolean wide;
    private final int lengthAt;

    Header(boolean wide, int lengthAt) {
      this.wide = wide;
      this.lengthAt = lengthAt;
    }

    byte[] bytes() {
      return switch (this) {
        case WAV -> TestAudio.voiceWav(16_000, 1);
        case WAV_8_KHZ -> TestAudio.voiceWav(8_000, 1);
        case WAV_MULAW -> TestAudio.encodeVoice("wav", "pcm_mulaw", 8_000, 1, 1);
        case RF64 -> rf64("RF64", 16_000);
        case BW64 -> rf64("BW64", 16_000);
        case BW64_8_KHZ -> rf64("BW64", 8_000);
        case W64 -> TestAudio.encodeVoice("w64", "pcm_s16le", 16_000, 1, 1);
        case AIFF -> TestAudio.encodeVoice("aiff", "pcm_s16be", 16_000, 1, 1);
        case AIFC_ALAW -> TestAudio.encodeVoice("aiff", "pcm_alaw", 16_000, 1, 1);
        case AIFC_IMA -> TestAudio.encodeVoice("aiff", "adpcm_ima_qt", 16_000, 1, 1);
        case AU -> TestAudio.encodeVoice("au", "pcm_s16be", 16_000, 1, 1);
        case CAF -> TestAudio.encodeVoice("caf", "pcm_s16le", 16_000, 1, 1);
      };
    }

    /** The file with another length of its samples; AIFF has their number as well. */
    byte[] with(long length) {
      byte[] file = bytes();
      boolean big = this == AU || name().startsWith("AI") || this == CAF;
      ByteBuffer view =
          ByteBuffer.wrap(file).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      int at = lengthAt;
      if (at == 0) {
        at = find(file, name().startsWith("AI") ? "SSND" : "data") + 4;
      }
      if (wide) {
        view.putLong(at, length);
      } else {
        view.putInt(at, (int) length);
      }
      if (name().startsWith("AI")) {
        view.putInt(find(file, "COMM") + 10, (int) (length / 2));
      }
      if (name().startsWith("WAV")) {
        view.putInt(4, (int) (length == 0 ? 0 : length + 36));
      }
      return file;
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
  @EnumSource(Header.class)
  void readsToTheEndWhenTheWriterCouldNotKnowTheLength(Header header) throws Exception {
    float[] samples = decoder.decode(header.bytes()).samples();

    assertThat(samples).hasSizeBetween(16_000, 16_064);
    for (long length : header.wide ? UNKNOWN_64 : UNKNOWN_32) {
      assertThat(decoder.decode(header.with(length)).samples())
          .as("length %x", length)
          .containsExactly(samples);
    }
  }

  @ParameterizedTest
  @EnumSource(Header.class)
  void refusesAFileThatIsShorterThanItsWriterCounted(Header header) {
    for (long length : COUNTED) {
      assertTruncated(header.with(length));
    }
    byte[] file = header.bytes();
    for (int percent = 40; percent < 100; percent += 13) {
      assertTruncated(Arrays.copyOf(file, file.length * percent / 100));
    }
  }

  private static void assertTruncated(byte[] file) {
    assertThatThrownBy(() -> decoder.decode(file))
        .isInstanceOfSatisfying(
            AudioException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUDIO_TRUNCATED));
  }

  private static byte[] rf64(String magic, int rate) {
    byte[] file = TestAudio.encodeVoice("wav", "pcm_s16le", rate, 1, 1, "rf64=always");
    System.arraycopy(TestAudio.ascii(magic), 0, file, 0, 4);
    return file;
  }

  private static int find(byte[] file, String chunk) {
    int at = 0;
    while (!AudioContainer.has(file, at, chunk)) {
      at++;
    }
    return at;
  }
}
