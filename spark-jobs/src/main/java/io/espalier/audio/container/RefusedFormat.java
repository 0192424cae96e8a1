package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Recognises other formats by their first bytes, so that an error says what the file is and what to
 * do. Formats that may contain whole MP3 files, such as archives, must be listed here: otherwise
 * the frames inside would be found.
 */
final class RefusedFormat {
  private static final String CONVERT = "Convert it, for example to FLAC";
  private static final String UNPACK = "Unpack it and give the sound file inside";
  private static final String NOT_SOUND = "Give the sound file itself";
  private static final String DOWNLOAD = "Download the sound file again and check the result";
  private static final int TEXT_START = 4096;

  private record Known(int offset, String magic, String name, String fix) {
    Known(String magic, String name, String fix) {
      this(0, magic, name, fix);
    }
  }

  /** Magic numbers are Latin-1 characters. */
  private static final List<Known> BINARY =
      List.of(
          new Known("#!AMR_MC1.0", "AMR of several channels", CONVERT),
          new Known("#!AMR-WB_MC1.0", "wide-band AMR of several channels", CONVERT),
          new Known("#!EVRC", "an EVRC recording", CONVERT),
          new Known("#!SILK", "a SILK recording", CONVERT),
          new Known(1, "#!SILK", "a SILK voice message", CONVERT),
          new Known("NIST_1A", "NIST SPHERE", "Convert it to WAV with sph2pipe or SoX"),
          new Known("ajkg", "Shorten", CONVERT),
          new Known("MThd", "a MIDI file, which contains notes, not sound", "Give a recording"),
          new Known("MP+", "Musepack", CONVERT),
          new Known("MPCK", "Musepack", CONVERT),
          new Known("MAC ", "Monkey's Audio", CONVERT),
          new Known("OFR ", "OptimFROG", CONVERT),
          new Known("tBaK", "TAK", CONVERT),
          new Known("TTA", "True Audio", CONVERT),
          new Known("DSD ", "DSD sound (DSF)", CONVERT),
          new Known("FRM8", "DSD sound (DSDIFF)", CONVERT),
          new Known(".ra\375", "RealAudio", CONVERT),
          new Known(".RMF", "RealMedia", CONVERT),
          new Known("Creative Voice File", "a Creative voice file (VOC)", CONVERT),
          new Known("RIFX", "a big-endian WAV file (RIFX)", CONVERT),
          new Known(8, "AVI ", "an AVI video", CONVERT),
          new Known(8, "QLCM", "a QCP voice file", CONVERT),
          new Known("RIFF", "a RIFF file that is not WAV", CONVERT),
          new Known(8, "8SVX", "8SVX sound", CONVERT),
          new Known("FLV\1", "a Flash video", CONVERT),
          new Known("\0\0\1\272", "an MPEG program stream", CONVERT),
          new Known(188, "G", "an MPEG transport stream", CONVERT),
          new Known("\13w", "raw AC-3", CONVERT),
          new Known("\177\376\200\1", "raw DTS", CONVERT),
          new Known("PK\3\4", "a ZIP archive", UNPACK),
          new Known("PK\5\6", "an empty ZIP archive", NOT_SOUND),
          new Known("\37\213", "gzip data", UNPACK),
          new Known("BZh", "bzip2 data", UNPACK),
          new Known("\3757zXZ\0", "xz data", UNPACK),
          new Known("(\265/\375", "Zstandard data", UNPACK),
          new Known("7z\274\257\47\34", "a 7z archive", UNPACK),
          new Known("Rar!", "a RAR archive", UNPACK),
          new Known(257, "ustar", "a tar archive", UNPACK),
          new Known("PAR1", "a Parquet file", "Give its rows as the manifest"),
          new Known("\223NUMPY", "a NumPy array", "Write its samples to a WAV file"),
          new Known("\211HDF", "an HDF5 file", "Write its samples to a WAV file"),
          new Known("%PDF", "a PDF document", NOT_SOUND),
          new Known("\211PNG", "a PNG picture", NOT_SOUND),
          new Known("\377\330\377", "a JPEG picture", NOT_SOUND),
          new Known("GIF8", "a GIF picture", NOT_SOUND),
          new Known("SQLite format 3", "an SQLite database", NOT_SOUND),
          new Known("\177ELF", "a program", NOT_SOUND));

  /** In lower case; a prefix of another entry comes after it. */
  private static final List<Known> TEXT =
      List.of(
          new Known("<!doctype html", "a web page", DOWNLOAD),
          new Known("<html", "a web page", DOWNLOAD),
          new Known("<", "an XML document", DOWNLOAD),
          new Known("version https://git-lfs", "a Git LFS pointer", "Run 'git lfs pull'"),
          new Known("/annex/objects/", "a git-annex pointer", "Run 'git annex get'"),
          new Known("#extm3u", "a playlist", "Give the sound files that it names"),
          new Known("[playlist]", "a playlist", "Give the sound files that it names"),
          new Known("ffconcat", "a playlist", "Give the sound files that it names"),
          new Known("v=0", "a session description (SDP)", NOT_SOUND),
          new Known("{", "JSON text", DOWNLOAD),
          new Known("[", "JSON text", DOWNLOAD));

  private RefusedFormat() {}

  /**
   * Refuses what is known to be something else.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_FORMAT_REFUSED}
   */
  static void check(byte[] bytes, int start) throws AudioException {
    for (Known known : BINARY) {
      if (AudioContainer.has(bytes, start + known.offset(), known.magic())
          && (known.offset() != 188 || isTransportStream(bytes, start))) {
        throw refused(known.name(), known.fix());
      }
    }
    int length = Math.min(TEXT_START, bytes.length - start);
    if (isText(bytes, start, length)) {
      String text = new String(bytes, start, length, StandardCharsets.UTF_8);
      String trimmed = text.strip().replace("\ufeff", "").toLowerCase(Locale.ROOT);
      for (Known known : TEXT) {
        if (trimmed.startsWith(known.magic())) {
          throw refused(known.name(), known.fix());
        }
      }
      throw refused("text, beginning with " + describeStart(bytes, start), NOT_SOUND);
    }
    if (AudioContainer.has(bytes, start, "\377\376") && bytes.length > 3 && bytes[start + 3] == 0) {
      throw refused("text in UTF-16", NOT_SOUND);
    }
  }

  /** The error for an unknown format. */
  static AudioException unknown(byte[] bytes, int start) {
    boolean zeros = true;
    for (int i = start; i < bytes.length && zeros; i++) {
      zeros = bytes[i] == 0;
    }
    if (zeros) {
      return refused(
          String.format(Locale.ROOT, "%d zero bytes", bytes.length - start), "Copy it again");
    }
    return new AudioException(
        ErrorCode.AUDIO_FORMAT_REFUSED,
        String.format(
            Locale.ROOT,
            "Cannot read audio: it starts with %s, so it is not one of %s. Give the sound file"
                + " itself, or convert it, for example to FLAC. Samples without a header need a WAV"
                + " header",
            describeStart(bytes, start),
            AudioContainer.NAMES));
  }

  private static AudioException refused(String name, String fix) {
    return new AudioException(
        ErrorCode.AUDIO_FORMAT_REFUSED,
        String.format(Locale.ROOT, "Cannot read audio: it is %s. %s", name, fix));
  }

  /** Packets of 188 bytes, each beginning with G. */
  private static boolean isTransportStream(byte[] bytes, int start) {
    return AudioContainer.has(bytes, start, "G") && AudioContainer.has(bytes, start + 376, "G");
  }

  private static boolean isText(byte[] bytes, int start, int length) {
    for (int i = start; i < start + length; i++) {
      boolean space = (bytes[i] >= '\t' && bytes[i] <= '\r') || bytes[i] == 0x1b;
      if ((bytes[i] >= 0 && bytes[i] < ' ' && !space) || bytes[i] == 0x7f) {
        return false;
      }
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    // The last character may be cut off.
    for (int cut = 0; cut < Math.min(4, length); cut++) {
      try {
        decoder.decode(ByteBuffer.wrap(bytes, start, length - cut));
        return true;
      } catch (CharacterCodingException e) {
        decoder.reset();
      }
    }
    return false;
  }

  private static String describeStart(byte[] bytes, int start) {
    String text =
        new String(bytes, start, Math.min(8, bytes.length - start), StandardCharsets.ISO_8859_1)
            .replaceAll("[^\\x20-\\x7e]", ".");
    return "'" + text + "'";
  }
}
