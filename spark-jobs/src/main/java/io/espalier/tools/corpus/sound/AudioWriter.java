package io.espalier.tools.corpus.sound;

import static io.espalier.audio.Waveform.SAMPLE_RATE;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import java.io.IOException;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import org.bytedeco.javacv.FFmpegFrameRecorder;

/** Writes 16 kHz mono samples as an audio file. */
public final class AudioWriter {
  private static final int MONO = 1;

  private AudioWriter() {}

  /**
   * Encodes samples.
   *
   * @param samples at 16 kHz, in [-1, 1]
   */
  public static void write(Path file, AudioFormat format, float[] samples) throws IOException {
    encode(file, format.container(), format.codec(), SAMPLE_RATE, format.bitRate(), samples);
  }

  /**
   * Encodes samples at any rate.
   *
   * @param bitRate in bit/s; 0 is the codec's own
   */
  static void encode(
      Path file, String container, String codec, int sampleRate, int bitRate, float[] samples)
      throws IOException {
    av_log_set_level(AV_LOG_ERROR);
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toString(), MONO)) {
      recorder.setFormat(container);
      recorder.setAudioCodecName(codec);
      recorder.setSampleRate(sampleRate);
      if (bitRate > 0) {
        recorder.setAudioBitrate(bitRate);
      }
      // No date, version or random serial number in the file.
      recorder.setOption("fflags", "bitexact");
      recorder.setAudioOption("flags", "bitexact");
      recorder.start();
      recorder.recordSamples(sampleRate, MONO, ShortBuffer.wrap(pcm16(samples)));
      recorder.stop();
    }
  }

  /** 16-bit samples, rounded to nearest. */
  static short[] pcm16(float[] samples) {
    short[] pcm = new short[samples.length];
    for (int i = 0; i < samples.length; i++) {
      int value = Math.round(samples[i] * 32768f);
      pcm[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, value));
    }
    return pcm;
  }
}
