package io.espalier.audio;

import java.nio.charset.StandardCharsets;

/**
 * The containers that may reach a decoder, each known by its first bytes. The demuxer is chosen
 * here and forced on FFmpeg, which therefore never guesses: a playlist, an archive or a text has no
 * way in, whatever its name says.
 */
enum AudioContainer {
  WAV("wav"),
  FLAC("flac"),
  OGG("ogg"),
  MP3("mp3"),
  AAC("aac"),
  MP4("mov"),
  MATROSKA("matroska"),
  AIFF("aiff"),
  AU("au"),
  CAF("caf");

  private static final String NAMES =
      "WAV, FLAC, MP3, Ogg, AAC, MP4/M4A, Matroska/WebM, AIFF, AU, CAF";

  private static final long EBML = 0x1a45dfa3L;

  private final String demuxer;

  AudioContainer(String demuxer) {
    this.demuxer = demuxer;
  }

  /** Name of the one FFmpeg demuxer that may open this container. */
  String demuxer() {
    return demuxer;
  }

  /**
   * The container of a file.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_FORMAT_REFUSED}
   */
  static AudioContainer of(byte[] bytes) throws AudioException {
    int start = id3End(bytes);
    if (has(bytes, 0, "RIFF") || has(bytes, 0, "RF64")) {
      if (has(bytes, 8, "WAVE")) {
        return WAV;
      }
    } else if (has(bytes, start, "fLaC")) {
      return FLAC;
    } else if (has(bytes, 0, "OggS")) {
      return OGG;
    } else if (has(bytes, 4, "ftyp") || isOldQuickTime(bytes)) {
      return MP4;
    } else if (isEbml(bytes)) {
      return MATROSKA;
    } else if (has(bytes, 0, "FORM") && (has(bytes, 8, "AIFF") || has(bytes, 8, "AIFC"))) {
      return AIFF;
    } else if (has(bytes, 0, ".snd")) {
      return AU;
    } else if (has(bytes, 0, "caff")) {
      return CAF;
    } else if (MpegFrames.startAt(bytes, start, MpegFrames::adtsLength)) {
      return AAC;
    } else if (start > 0 || MpegFrames.startAt(bytes, start, MpegFrames::audioLength)) {
      return MP3;
    }
    throw new AudioException(
        ErrorCode.AUDIO_FORMAT_REFUSED,
        "Cannot read audio: it starts with %s, which is none of %s. Give the sound file itself"
            .formatted(describeStart(bytes), NAMES));
  }

  private static boolean isEbml(byte[] bytes) {
    return bytes.length >= 4 && new ByteCursor(bytes).unsignedInt(0) == EBML;
  }

  /** QuickTime files of before 2001 have no {@code ftyp}. */
  private static boolean isOldQuickTime(byte[] bytes) {
    boolean known =
        has(bytes, 4, "moov")
            || has(bytes, 4, "mdat")
            || has(bytes, 4, "wide")
            || has(bytes, 4, "free")
            || has(bytes, 4, "skip");
    return known && new ByteCursor(bytes).unsignedInt(0) <= bytes.length;
  }

  /** Where an ID3v2 tag at the start ends; 0 without one. */
  static int id3End(byte[] bytes) {
    if (bytes.length < 10 || !has(bytes, 0, "ID3") || bytes[3] < 2 || bytes[3] > 4) {
      return 0;
    }
    int size = 0;
    for (int i = 6; i < 10; i++) {
      size = (size << 7) | (bytes[i] & 0x7f);
    }
    int footer = (bytes[5] & 0x10) != 0 ? 10 : 0;
    return 10 + size + footer;
  }

  private static boolean has(byte[] bytes, int offset, String latin1) {
    if (offset < 0 || bytes.length - (long) offset < latin1.length()) {
      return false;
    }
    for (int i = 0; i < latin1.length(); i++) {
      if ((bytes[offset + i] & 0xff) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static String describeStart(byte[] bytes) {
    String start =
        new String(bytes, 0, Math.min(8, bytes.length), StandardCharsets.ISO_8859_1)
            .replaceAll("[^\\x20-\\x7e]", ".");
    return "'" + start + "'";
  }
}
