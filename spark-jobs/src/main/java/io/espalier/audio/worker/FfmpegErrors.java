package io.espalier.audio.worker;

import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import java.nio.charset.StandardCharsets;

/** Converts FFmpeg's error numbers to failures of a row. */
final class FfmpegErrors {
  private FfmpegErrors() {}

  /**
   * @param result what an FFmpeg function returned; negative is an error
   * @throws AudioException {@link ErrorCode#AUDIO_CORRUPT}
   */
  static void check(int result, String action) throws AudioException {
    if (result < 0) {
      throw new AudioException(
          ErrorCode.AUDIO_CORRUPT,
          "Cannot %s: %s. Check that the file plays".formatted(action, text(result)));
    }
  }

  private static String text(int error) {
    byte[] buffer = new byte[128];
    av_strerror(error, buffer, buffer.length);
    int end = 0;
    while (end < buffer.length && buffer[end] != 0) {
      end++;
    }
    return new String(buffer, 0, end, StandardCharsets.UTF_8);
  }
}
