package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;

/** Finds streams of frames, without any container around them, that end inside a frame. */
public final class StreamTail {
  private StreamTail() {}

  /**
   * Refuses a stream whose last frame is cut, where no declared length tells.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_TRUNCATED}
   */
  public static void check(AudioFile file) throws AudioException {
    switch (file.container()) {
      case MP3 -> FrameTail.checkMpeg(file.bytes(), file.start());
      case AAC -> FrameTail.checkAdts(file.bytes(), file.start());
      case FLAC -> FlacTail.check(file.bytes(), file.start());
      case WAV, W64, OGG, MP4, MATROSKA, ASF, AIFF, AU, CAF, AMR, WAVPACK -> {
        // ContainerStructure walks these.
      }
    }
  }
}
