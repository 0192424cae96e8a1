package io.espalier.audio;

import static io.espalier.audio.AudioWarning.AUDIO_CHANNELS_CANCEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.audio.decoder.Remux;
import io.espalier.audio.decoder.TestAudio;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalDouble;
import java.util.Random;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPowerTest {
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
  @ValueSource(ints = {16_000, 44_100})
  void channelsInAntiphaseWarnOnBothWays(int rate) throws Exception {
    assertThat(decoder.decode(stereo(rate, 1, -1)).warnings())
        .containsExactly(AUDIO_CHANNELS_CANCEL);
    assertThat(decoder.decode(stereo(rate, 1, -0.9)).warnings())
        .containsExactly(AUDIO_CHANNELS_CANCEL);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 0", "1, -0.3", "0, 0", "0.0005, -0.0005"})
  void ordinaryAndSilentChannelsDoNot(double left, double right) throws Exception {
    assertThat(decoder.decode(stereo(16_000, left, right)).warnings()).isEmpty();
    assertThat(decoder.decode(stereo(44_100, left, right)).warnings()).isEmpty();
  }

  @Test
  void eightUnrelatedChannelsDoNot() throws Exception {
    short[] samples = new short[8 * 16_000];
    Random random = new Random(2);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (3_000 * random.nextGaussian());
    }

    assertThat(decoder.decode(TestAudio.wav(16_000, 8, samples)).warnings()).isEmpty();
    assertThat(decoder.decode(TestAudio.wav(48_000, 8, samples)).warnings()).isEmpty();
  }

  @Test
  void soundThatTheResamplerTakesAwayDoesNot() throws Exception {
    short[] samples = new short[2 * 48_000];
    for (int i = 0; i < samples.length; i++) {
      int moment = i / 2;
      samples[i] = (short) (16_000 * Math.sin(2 * Math.PI * 15_000 * moment / 48_000));
    }

    assertThat(decoder.decode(TestAudio.wav(48_000, 2, samples)).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"FLAC, .flac", "AAC, .m4a", "MP3, .mp3", "VORBIS, .ogg", "OPUS, .webm"})
  void theSamplesOfEveryDecoderAreRead(String codec, String suffix) throws Exception {
    int id = avcodec.class.getField("AV_CODEC_ID_" + codec).getInt(null);

    assertThat(decoder.decode(Remux.encodeAntiphase(suffix, id, 48_000)).warnings())
        .containsExactly(AUDIO_CHANNELS_CANCEL);
    assertThat(decoder.decode(TestAudio.encode(suffix, id, 48_000, 2, 1)).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, 8", "1, 16", "1, 24", "1, 32", "3, 32", "3, 64"})
  void samplesOfEveryWidthAreRead(int format, int bits) throws Exception {
    for (int rate : new int[] {16_000, 44_100}) {
      byte[] data = pcm(format, bits, rate, -1);
      byte[] file = TestAudio.wav(format, rate, 2, bits, data, data.length);
      byte[] same = pcm(format, bits, rate, 1);

      assertThat(decoder.decode(file).warnings()).containsExactly(AUDIO_CHANNELS_CANCEL);
      assertThat(decoder.decode(TestAudio.wav(format, rate, 2, bits, same, same.length)).warnings())
          .isEmpty();
    }
  }

  /** A second of a sine on the left, and {@code sign} times it on the right. */
  private static byte[] pcm(int format, int bits, int rate, int sign) {
    ByteBuffer data = ByteBuffer.allocate(2 * rate * bits / 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2 * rate; i++) {
      double value = (i % 2 == 0 ? 1 : sign) * TestAudio.sine(i / 2, rate);
      long whole = Math.round(value * ((1L << (bits - 1)) - 1));
      if (format == 3) {
        data = bits == 32 ? data.putFloat((float) value) : data.putDouble(value);
      } else if (bits == 8) {
        data.put((byte) (whole + 128));
      } else {
        for (int shift = 0; shift < bits; shift += 8) {
          data.put((byte) (whole >> shift));
        }
      }
    }
    return data.array();
  }

  @ParameterizedTest
  @ValueSource(ints = {16_000, 48_000})
  void onlyTheSegmentCounts(int rate) throws Exception {
    short[] samples = new short[2 * 4 * rate];
    for (int i = 0; i < samples.length; i++) {
      int sign = i / 2 < 2 * rate && i % 2 == 1 ? -1 : 1;
      samples[i] = (short) (sign * 16_000 * TestAudio.sine(i / 2, rate));
    }
    byte[] file = TestAudio.wav(rate, 2, samples);

    assertThat(decoder.decode(file, OptionalDouble.of(0.5), OptionalDouble.of(1.5)).warnings())
        .containsExactly(AUDIO_CHANNELS_CANCEL);
    assertThat(decoder.decode(file, OptionalDouble.of(2.5), OptionalDouble.of(3.5)).warnings())
        .isEmpty();
  }

  private static byte[] stereo(int rate, double left, double right) {
    short[] samples = new short[2 * rate];
    for (int i = 0; i < samples.length; i++) {
      double gain = i % 2 == 0 ? left : right;
      samples[i] = (short) Math.round(32_767 * gain * TestAudio.sine(i / 2, rate));
    }
    return TestAudio.wav(rate, 2, samples);
  }
}
