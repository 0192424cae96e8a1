package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.audio.AudioLimits;
import java.util.Locale;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  private static double run(AudioDecoder decoder, byte[] file) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < REPEATS; i++) {
      decoder.decode(file);
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
