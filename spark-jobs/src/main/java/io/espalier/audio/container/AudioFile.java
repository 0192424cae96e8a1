package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import java.util.Locale;
import java.util.Optional;

/**
 * A sound file among bytes: ID3 tags, and junk before the first frame of MPEG audio, may stand
 * before it.
 *
 * @param container what it is
 * @param bytes the file and what stands before it
 * @param start where it begins
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record AudioFile(AudioContainer container, byte[] bytes, int start) {
  /**
   * How far the first frame of a file without a tag is looked for. FFmpeg, too, goes 64 KiB before
   * it gives up.
   */
  private static final int MAX_JUNK = 1 << 16;

  /**
   * Finds the sound file.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_FORMAT_REFUSED}; {@link
   *     ErrorCode#AUDIO_TRUNCATED} or {@link ErrorCode#AUDIO_EMPTY} for a tag without sound
   */
  public static AudioFile of(byte[] bytes) throws AudioException {
    long tagEnd = Id3Tag.endOfAll(bytes);
    boolean tagged = tagEnd > 0;
    if (tagEnd < bytes.length) {
      int start = (int) tagEnd;
      Optional<AudioContainer> container = AudioContainer.at(bytes, start);
      if (container.isEmpty() && tagged) {
        start = afterPadding(bytes, start);
        container = AudioContainer.at(bytes, start);
      }
      if (container.isPresent()) {
        return new AudioFile(container.get(), bytes, start);
      }
      RefusedFormat.check(bytes, start);
    }
    // A tag with a wrong length may extend over the frames.
    int from = tagEnd < bytes.length ? (int) tagEnd : Id3Tag.HEADER;
    int junk = MpegFrames.find(bytes, from, tagged ? bytes.length : MAX_JUNK);
    if (junk >= 0) {
      boolean adts = MpegFrames.adtsLength(bytes, junk) > 0;
      return new AudioFile(adts ? AudioContainer.AAC : AudioContainer.MP3, bytes, junk);
    }
    if (tagEnd < bytes.length) {
      throw RefusedFormat.unknown(bytes, (int) tagEnd);
    }
    throw onlyTag(tagEnd, bytes.length);
  }

  /** Size in bytes, without what precedes it. */
  public int length() {
    return bytes.length - start;
  }

  /** Reads the file; its first byte has number 0. */
  public ByteCursor cursor() {
    return new ByteCursor(bytes, start);
  }

  /** Zeros may follow a tag; those before the first box's length in MP4 are part of it. */
  private static int afterPadding(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] == 0) {
      at++;
    }
    for (int start = at; start > Math.max(from, at - 4); start--) {
      if (AudioContainer.at(bytes, start).isPresent()) {
        return start;
      }
    }
    return at;
  }

  private static AudioException onlyTag(long tagEnd, int length) {
    if (tagEnd > length) {
      return new AudioException(
          ErrorCode.AUDIO_TRUNCATED,
          String.format(
              Locale.ROOT,
              "Cannot read audio: its ID3 tag ends at byte %d, but the file has %d bytes. Copy it"
                  + " again",
              tagEnd,
              length));
    }
    return new AudioException(
        ErrorCode.AUDIO_EMPTY,
        "Cannot read audio: the file has an ID3 tag but no sound. Copy it again");
  }
}
