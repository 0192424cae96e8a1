package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.audio.AudioLimits;
import io.espalier.audio.Waveform;
import io.espalier.audio.container.MpegFrames;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AudioDecoderTest {
  private static AudioDecoder decoder;

  @BeforeAll
  static void open() {
    decoder = new AudioDecoder(AudioLimits.defaults(), 2);
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  @ParameterizedTest
  @CsvSource({
    ".flac, FLAC, 16000, 1, 0",
    ".flac, FLAC, 44100, 2, 0",
    ".mp3, MP3, 44100, 2, 0.06",
    ".mp3, MP3, 16000, 1, 0.12",
    ".ogg, VORBIS, 44100, 2, 0.03",
    ".ogg, OPUS, 48000, 1, 0.03",
    ".opus, OPUS, 48000, 2, 0.03",
    ".webm, OPUS, 48000, 2, 0.03",
    ".mka, AAC, 44100, 1, 0.1",
    ".m4a, AAC, 44100, 2, 0.1",
    ".mp4, AAC, 48000, 1, 0.1",
    ".m4a, ALAC, 44100, 2, 0",
    ".aac, AAC, 44100, 1, 0.1",
    ".aiff, PCM_S16BE, 22050, 2, 0",
    ".au, PCM_S16BE, 8000, 1, 0",
    ".caf, PCM_S16LE, 16000, 1, 0",
    ".wav, PCM_S16LE, 48000, 2, 0",
    ".wav, PCM_MULAW, 8000, 1, 0",
    ".wav, ADPCM_MS, 22050, 1, 0.1",
  })
  void decodesEveryFormatToTheSine(
      String suffix, String codec, int rate, int channels, double toleranceS) throws Exception {
    byte[] file = TestAudio.encode(suffix, codecId(codec), rate, channels, 2);

    Waveform waveform = decoder.decode(file);

    assertThat(waveform.sourceSampleRate()).isEqualTo(rate);
    assertThat(waveform.sourceChannels()).isEqualTo(channels);
    assertThat(waveform.durationS()).isCloseTo(2, within(toleranceS + 0.0002));
    assertThat(rms(waveform.samples())).isCloseTo(TestAudio.AMPLITUDE / Math.sqrt(2), within(0.02));
    assertThat(correlation(waveform.samples()))
        .as("correlation with the sine that was encoded")
        .isGreaterThan(0.999);
  }

  @Test
  void cutsTheSameSamplesFromACompressedFileAsFromTheWhole() throws Exception {
    byte[] file = TestAudio.encode(".mp3", avcodec.AV_CODEC_ID_MP3, 44_100, 2, 5);
    float[] whole = decoder.decode(file).samples();

    Waveform part = decoder.decode(file, OptionalDouble.of(1.25), OptionalDouble.of(3.5));

    assertThat(part.samples()).containsExactly(Arrays.copyOfRange(whole, 20_000, 56_000));
  }

  @Test
  void givesAFlacOfSixteenBitsExactly() throws Exception {
    byte[] flac = TestAudio.encode(".flac", avcodec.AV_CODEC_ID_FLAC, 16_000, 1, 1);
    byte[] wav = TestAudio.wav(16_000, 1, 1);

    assertThat(decoder.decode(flac).samples()).containsExactly(decoder.decode(wav).samples());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0xffff_ffffL, 88_200})
  void readsWaveFilesOfAnyRateWhetherTheirWriterCouldSeekOrNot(long declared) throws Exception {
    byte[] wav = TestAudio.wav(1, 44_100, 1, 16, new byte[88_200], declared);

    assertThat(decoder.decode(wav).samples()).hasSize(16_000).containsOnly(0);
  }

  @Test
  void takesTheSameMeanOfTheChannelsAsForWaveFiles() throws Exception {
    short[] stereo = {1_000, -3_000, 32_767, 32_767, -32_768, -32_767, 5, 0};
    ByteBuffer au = ByteBuffer.allocate(24 + 2 * stereo.length);
    au.put(TestAudio.ascii(".snd")).putInt(24).putInt(2 * stereo.length);
    au.putInt(3).putInt(16_000).putInt(2).asShortBuffer().put(stereo);

    assertThat(decoder.decode(au.array()).samples())
        .containsExactly(decoder.decode(TestAudio.wav(16_000, 2, stereo)).samples());
  }

  @ParameterizedTest
  @ValueSource(strings = {".mp4", ".mkv", ".mov"})
  void takesTheSoundOfAVideo(String suffix) throws Exception {
    Waveform waveform = decoder.decode(TestAudio.video(suffix, 2));

    assertThat(waveform.durationS()).isCloseTo(2, within(0.1));
    assertThat(correlation(waveform.samples())).isGreaterThan(0.999);
  }

  @Test
  void playsChainedStreamsOneAfterTheOther() throws Exception {
    byte[] first = TestAudio.encode(".ogg", avcodec.AV_CODEC_ID_VORBIS, 44_100, 2, 2);
    byte[] second = TestAudio.encode(".ogg", avcodec.AV_CODEC_ID_VORBIS, 22_050, 2, 3);
    byte[] chain = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, chain, first.length, second.length);

    assertThat(decoder.decode(chain).durationS()).isCloseTo(5, within(0.1));
  }

  @Test
  void readsMp3WithoutTheHeaderThatDeclaresItsLength() throws Exception {
    byte[] mp3 = TestAudio.encode(".mp3", avcodec.AV_CODEC_ID_MP3, 44_100, 1, 2);
    int tag = 10 + (mp3[8] << 7) + mp3[9];
    int header = MpegFrames.audioLength(mp3, tag);
    byte[] frames = Arrays.copyOfRange(mp3, tag + header, mp3.length);

    assertThat(header).isPositive();
    assertThat(decoder.decode(frames).durationS()).isCloseTo(2, within(0.1));
  }

  @Test
  void resamplesWithoutMovingTheSound() throws Exception {
    byte[] flac = TestAudio.encode(".flac", avcodec.AV_CODEC_ID_FLAC, 48_000, 1, 1);

    float[] samples = decoder.decode(flac).samples();

    for (int i = 200; i < 15_800; i++) {
      assertThat((double) samples[i]).isCloseTo(TestAudio.sine(i, 16_000), within(1e-3));
    }
  }

  private static int codecId(String name) throws ReflectiveOperationException {
    return avcodec.class.getField("AV_CODEC_ID_" + name).getInt(null);
  }

  private static double rms(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += sample * sample;
    }
    return Math.sqrt(sum / samples.length);
  }

  /** Correlation with the sine at its best phase: codecs delay, but must not distort. */
  private static double correlation(float[] samples) {
    double sine = 0;
    double cosine = 0;
    double energy = 0;
    int from = 4_000;
    int to = 28_000; // 660 periods, so sine and cosine are orthogonal.
    for (int i = from; i < to; i++) {
      double angle = 2 * Math.PI * TestAudio.HERTZ * i / Waveform.SAMPLE_RATE;
      sine += samples[i] * Math.sin(angle);
      cosine += samples[i] * Math.cos(angle);
      energy += samples[i] * samples[i];
    }
    return Math.hypot(sine, cosine) / Math.sqrt(energy * (to - from) / 2);
  }
}
