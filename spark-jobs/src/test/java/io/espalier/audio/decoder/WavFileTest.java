package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.Waveform;
import io.espalier.outcome.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WavFileTest {
  /** Has no working command: whatever it decodes, it decodes in this JVM. */
  private static AudioDecoder inProcess;

  @BeforeAll
  static void open() {
    inProcess = new AudioDecoder(AudioLimits.defaults(), 1, java.util.List.of("/no/such/program"));
  }

  @AfterAll
  static void close() {
    inProcess.close();
  }

  @Test
  void givesEverySixteenBitSampleExactly() throws Exception {
    short[] all = new short[65_536];
    float[] expected = new float[all.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) (i - 32_768);
      expected[i] = all[i] / 32_768f;
    }

    Waveform waveform = inProcess.decode(TestAudio.wav(16_000, 1, all));

    assertThat(waveform.samples()).containsExactly(expected);
  }

  @Test
  void takesTheMeanOfTheChannels() throws Exception {
    byte[] wav = TestAudio.wav(16_000, 2, (short) 100, (short) 300, (short) -8, (short) 7);

    assertThat(inProcess.decode(wav).samples()).containsExactly(200 / 32_768f, -0.5f / 32_768);
  }

  @Test
  void readsEightBitsAsUnsigned() throws Exception {
    byte[] wav = wav(1, 8, new byte[] {0, (byte) 128, (byte) 255, 64});

    assertThat(inProcess.decode(wav).samples()).containsExactly(-1, 0, 127 / 128f, -0.5f);
  }

  @Test
  void readsTwentyFourBits() throws Exception {
    byte[] wav = wav(1, 24, new byte[] {0, 0, (byte) 0x80, (byte) 0xff, (byte) 0xff, (byte) 0xff});

    assertThat(inProcess.decode(wav).samples()).containsExactly(-1, -1 / 8_388_608f);
  }

  @Test
  void readsThirtyTwoBitsAndKeepsThemBelowOne() throws Exception {
    byte[] data = new byte[8];
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putInt(Integer.MAX_VALUE).putInt(1 << 30);

    assertThat(inProcess.decode(wav(1, 32, data)).samples())
        .containsExactly(Math.nextDown(1f), 0.5f);
  }

  @Test
  void readsFloatsAndClipsThem() throws Exception {
    byte[] wav = wav(3, 32, TestAudio.floats(0.25f, -3, 3));

    assertThat(inProcess.decode(wav).samples()).containsExactly(0.25f, -1, Math.nextDown(1f));
  }

  @Test
  void readsDoubles() throws Exception {
    byte[] data = new byte[16];
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.125).putDouble(-0.5);

    assertThat(inProcess.decode(wav(3, 64, data)).samples()).containsExactly(0.125f, -0.5f);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesSamplesThatAreNotFinite(float value) {
    byte[] wav = wav(3, 32, TestAudio.floats(0, value));

    assertFails(() -> inProcess.decode(wav), ErrorCode.AUDIO_NOT_FINITE, "Cannot use audio");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0xffff_ffffL})
  void takesAllBytesWhenTheWriterCouldNotSeek(long declared) throws Exception {
    byte[] wav = TestAudio.wav(1, 16_000, 1, 16, new byte[640], declared);

    assertThat(inProcess.decode(wav).samples()).hasSize(320);
  }

  @Test
  void takesTheLengthOfA64BitHeader() throws Exception {
    ByteBuffer file = ByteBuffer.allocate(86).order(ByteOrder.LITTLE_ENDIAN);
    file.put(TestAudio.ascii("RF64")).putInt(-1).put(TestAudio.ascii("WAVEds64")).putInt(28);
    file.putLong(78).putLong(4).putLong(2).putInt(0).put(TestAudio.ascii("fmt ")).putInt(16);
    file.putShort((short) 1).putShort((short) 1).putInt(16_000).putInt(32_000);
    file.putShort((short) 2).putShort((short) 16).put(TestAudio.ascii("data")).putInt(-1);
    file.putShort((short) 16_384).putShort((short) -16_384);

    assertThat(inProcess.decode(file.array()).samples()).containsExactly(0.5f, -0.5f);
  }

  @Test
  void readsTheExtensibleHeader() throws Exception {
    ByteBuffer file = ByteBuffer.allocate(72).order(ByteOrder.LITTLE_ENDIAN);
    file.put(TestAudio.ascii("RIFF")).putInt(64).put(TestAudio.ascii("WAVEfmt ")).putInt(40);
    file.putShort((short) 0xfffe).putShort((short) 1).putInt(16_000).putInt(64_000);
    file.putShort((short) 4).putShort((short) 32).putShort((short) 22).putShort((short) 32);
    file.putInt(4).putShort((short) 3).put(new byte[14]).put(TestAudio.ascii("data")).putInt(4);
    file.putFloat(0.75f);

    assertThat(inProcess.decode(file.array()).samples()).containsExactly(0.75f);
  }

  @Test
  void stopsAtTheDeclaredLengthWhenMoreChunksFollow() throws Exception {
    byte[] wav = TestAudio.wav(1, 16_000, 1, 16, new byte[640], 320);

    assertThat(inProcess.decode(wav).samples()).hasSize(160);
  }

  @ParameterizedTest
  @ValueSource(longs = {642, 2_000_000_000L, 0x7eff_0000L, 0x7fff_0000L, 0x9000_0000L})
  void refusesAHeaderThatDeclaresMoreThanThereIs(long declared) {
    byte[] wav = TestAudio.wav(1, 16_000, 1, 16, new byte[640], declared);

    assertFails(
        () -> inProcess.decode(wav), ErrorCode.AUDIO_TRUNCATED, "declares " + declared + " bytes");
  }

  @Test
  void refusesAHeaderWithoutSamples() {
    byte[] wav = TestAudio.wav(16_000, 1, new short[0]);

    assertFails(() -> inProcess.decode(wav), ErrorCode.AUDIO_EMPTY, "has no samples");
  }

  @Test
  void neverFailsOtherwiseThanWithACodeHoweverAHeaderIsCut() throws Exception {
    byte[] wav = TestAudio.wav(16_000, 1, 0.01);

    for (int length = 1; length < wav.length; length++) {
      byte[] cut = Arrays.copyOf(wav, length);
      assertThatThrownBy(() -> inProcess.decode(cut))
          .as("the first %d bytes", length)
          .isInstanceOf(AudioException.class);
    }
  }

  @Test
  void neverFailsOtherwiseThanWithACodeWhateverByteIsWrong() throws Exception {
    byte[] wav = TestAudio.wav(16_000, 1, 0.01);

    for (int i = 12; i < 44; i++) {
      for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
        byte[] bad = wav.clone();
        bad[i] = (byte) value;
        assertThat(outcome(bad)).as("byte %d is %d", i, value).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3_999, 96_001, 192_000})
  void refusesRatesOutsideTheLimits(int rate) {
    assertFails(
        () -> inProcess.decode(TestAudio.wav(rate, 1, 0.1)),
        ErrorCode.AUDIO_SAMPLE_RATE_REFUSED,
        String.format(Locale.ROOT, "it is %d Hz x 1 channels, limits are 4000 to 96000 Hz", rate));
  }

  @Test
  void refusesMoreChannelsThanTheLimit() {
    assertFails(
        () -> inProcess.decode(TestAudio.wav(16_000, 9, 0.1)),
        ErrorCode.AUDIO_TOO_MANY_CHANNELS,
        "16000 Hz x 9 channels, limit is 8 channels");
  }

  @Test
  void refusesMoreSecondsThanTheLimit() {
    AudioLimits oneSecond = new AudioLimits(1 << 20, 1, 8, 4_000, 96_000, 1_000);
    AudioDecoder strict = new AudioDecoder(oneSecond, 1);

    assertFails(
        () -> strict.decode(TestAudio.wav(16_000, 1, 1.5)),
        ErrorCode.AUDIO_TOO_LONG,
        "it lasts 1.50 s or more, limit is 1.00 s");
    strict.close();
  }

  @Test
  void refusesMoreBytesThanTheLimit() {
    AudioLimits small = new AudioLimits(100, 1, 8, 4_000, 96_000, 1_000);
    AudioDecoder strict = new AudioDecoder(small, 1);

    assertFails(
        () -> strict.decode(new byte[101]), ErrorCode.AUDIO_TOO_LARGE, "101 bytes, limit is 100");
    strict.close();
  }

  @Test
  void cutsASegmentAtTheNearestSamples() throws Exception {
    short[] ramp = new short[16_000];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (short) i;
    }

    float[] part =
        inProcess
            .decode(
                TestAudio.wav(16_000, 1, ramp), OptionalDouble.of(0.25), OptionalDouble.of(0.50003))
            .samples();

    assertThat(part).hasSize(4_000);
    assertThat(part[0]).isCloseTo(4_000 / 32_768f, within(0f));
    assertThat(part[3_999]).isCloseTo(7_999 / 32_768f, within(0f));
  }

  private static Object outcome(byte[] bytes) {
    try {
      return inProcess.decode(bytes);
    } catch (AudioException e) {
      return e.code();
    } catch (DecoderUnavailableException | InterruptedException e) {
      return e; // The byte made it a file for a decoder process, and here there is none.
    }
  }

  private static byte[] wav(int codec, int bits, byte[] data) {
    return TestAudio.wav(codec, 16_000, 1, bits, data, data.length);
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(AudioException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }
}
