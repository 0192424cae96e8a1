package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.audio.AudioLimits;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Prints a table of docs/experiments.md: {@code mvn verify -Pslow -Dtest=AudioSpeedTest}. */
@Tag("slow")
class AudioSpeedTest {
  private static final int SECONDS = 60;
  private static final int REPEATS = 20;

  @ParameterizedTest
  @CsvSource({
    ".wav, PCM_S16LE, 16000, 1",
    ".wav, PCM_S16LE, 44100, 2",
    ".flac, FLAC, 16000, 1",
    ".mp3, MP3, 16000, 1",
    ".mp3, MP3, 44100, 2",
    ".ogg, OPUS, 48000, 1",
    ".m4a, AAC, 44100, 2",
  })
  void decodesManyTimesFasterThanRealTime(String suffix, String codec, int rate, int channels)
      throws Exception {
    int id = avcodec.class.getField("AV_CODEC_ID_" + codec).getInt(null);
    byte[] file = TestAudio.encode(suffix, id, rate, channels, SECONDS);
    try (AudioDecoder decoder = new AudioDecoder(AudioLimits.defaults(), 1)) {
      run(decoder, file);
      double timesRealTime = REPEATS * SECONDS / run(decoder, file);

      System.out.printf(
          Locale.ROOT, "%s %d Hz x %d: %.0f x%n", codec, rate, channels, timesRealTime);
      assertThat(timesRealTime).isGreaterThan(50);
    }
  }

  /** How long the first answer of a new process takes; the sandbox was found before. */
  @ParameterizedTest
  @EnumSource(names = {"OFF", "AUTO"})
  void startsInLessThanThreeSeconds(IsolationChoice isolation) throws Exception {
    byte[] file = TestAudio.encode(".mp3", avcodec.AV_CODEC_ID_MP3, 16_000, 1, 1);
    DecoderIsolation.of(isolation);
    double[] seconds = new double[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      try (AudioDecoder decoder = new AudioDecoder(AudioLimits.defaults(), 1, isolation)) {
        long start = System.nanoTime();
        decoder.decode(file);
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    Arrays.sort(seconds);

    System.out.printf(
        Locale.ROOT,
        "first file with isolation %s: median %.3f s (%s)%n",
        isolation,
        seconds[REPEATS / 2],
        DecoderIsolation.of(isolation).text(AudioLimits.defaults()));
    assertThat(seconds[REPEATS / 2]).isLessThan(3);
  }

  private static double run(AudioDecoder decoder, byte[] file) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < REPEATS; i++) {
      decoder.decode(file);
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
