package io.espalier.audio.container;

import java.util.Optional;
import java.util.Set;

/**
 * The accepted containers, each recognised by its first bytes, with the decoders that may run on
 * its contents. Espalier chooses the demuxer, so FFmpeg never guesses: playlists, archives and
 * texts are refused whatever their names.
 *
 * <p>Every decoder in a list has a test of its length and samples. None decodes pictures.
 */
public enum AudioContainer {
  WAV(
      "wav",
      "adpcm_ima_wav adpcm_ms gsm_ms mp2 mp3float pcm_alaw pcm_f32le pcm_f64le pcm_mulaw"
          + " pcm_s16le pcm_s24le pcm_s32le pcm_u8"),
  W64("w64", WAV),
  FLAC("flac", "flac"),
  OGG("ogg", "flac libspeex opus vorbis"),
  MP3("mp3", "mp2 mp3float"),
  AAC("aac", "aac"),
  MP4(
      "mov",
      "aac ac3 adpcm_ima_qt adpcm_ima_wav adpcm_ms alac eac3 flac libopencore_amrnb"
          + " libopencore_amrwb mp2 mp3float opus pcm_alaw pcm_f32be pcm_f32le pcm_f64be"
          + " pcm_f64le pcm_mulaw pcm_s16be pcm_s16le pcm_s24be pcm_s24le pcm_s32be pcm_s32le"
          + " pcm_s8 pcm_u8"),
  MATROSKA(
      "matroska",
      "aac ac3 adpcm_ima_wav adpcm_ms alac eac3 flac libopencore_amrnb libopencore_amrwb"
          + " mp2 mp3float opus pcm_alaw pcm_f32le"
          + " pcm_f64le pcm_mulaw pcm_s16be pcm_s16le pcm_s24be pcm_s24le pcm_s32be pcm_s32le"
          + " pcm_u8 vorbis wavpack"),
  AIFF(
      "aiff",
      "adpcm_ima_qt pcm_alaw pcm_f32be pcm_f64be pcm_mulaw pcm_s16be pcm_s16le pcm_s24be"
          + " pcm_s32be pcm_s8 pcm_u8"),
  AU("au", "pcm_alaw pcm_f32be pcm_f64be pcm_mulaw pcm_s16be pcm_s24be pcm_s32be pcm_s8"),
  CAF(
      "caf",
      "aac adpcm_ima_qt alac libopencore_amrnb mp3float opus pcm_alaw pcm_f32be pcm_f32le"
          + " pcm_f64be pcm_f64le pcm_mulaw pcm_s16be pcm_s16le pcm_s24be pcm_s24le pcm_s32be"
          + " pcm_s32le pcm_s8"),
  AMR("amr", "libopencore_amrnb libopencore_amrwb"),
  ASF("asf", "wmav1 wmav2"),
  WAVPACK("wv", "wavpack");

  /** The names of all containers, for messages. */
  static final String NAMES =
      "WAV, RF64, BW64, W64, FLAC, MP3, Ogg, AAC, MP4/M4A, Matroska/WebM, AIFF, AU, CAF, AMR,"
          + " WMA, WavPack";

  private static final long EBML = 0x1a45dfa3L;
  private static final String W64_RIFF = "riff.\221\317\021\245\326(\333\004\301\0\0";
  private static final String ASF_HEADER = "0&\262u\216f\317\021\246\331\0\252\0b\316l";

  private final String demuxer;
  private final String decoders;

  AudioContainer(String demuxer, String decoders) {
    this.demuxer = demuxer;
    this.decoders = decoders;
  }

  AudioContainer(String demuxer, AudioContainer sameCodecs) {
    this.demuxer = demuxer;
    this.decoders = sameCodecs.decoders;
  }

  /** Name of the one FFmpeg demuxer that may open this container. */
  public String demuxer() {
    return demuxer;
  }

  /** Names of the FFmpeg decoders that may run on this container's sound. */
  public Set<String> decoders() {
    return Set.of(decoders.split(" ", -1));
  }

  /** The container that begins at a position; empty if there is none. */
  static Optional<AudioContainer> at(byte[] bytes, int start) {
    AudioContainer found = null;
    if (isWave(bytes, start)) {
      found = WAV;
    } else if (has(bytes, start, W64_RIFF) && has(bytes, start + 24, "wave")) {
      found = W64;
    } else if (has(bytes, start, "fLaC")) {
      found = FLAC;
    } else if (has(bytes, start, "OggS")) {
      found = OGG;
    } else if (has(bytes, start + 4, "ftyp") || isOldQuickTime(bytes, start)) {
      found = MP4;
    } else if (bytes.length - start >= 4 && new ByteCursor(bytes, start).unsignedInt(0) == EBML) {
      found = MATROSKA;
    } else if (isAiff(bytes, start)) {
      found = AIFF;
    } else if (has(bytes, start, ".snd")) {
      found = AU;
    } else if (has(bytes, start, "caff")) {
      found = CAF;
    } else if (AmrFrames.magicLength(bytes, start) > 0) {
      found = AMR;
    } else if (has(bytes, start, ASF_HEADER)) {
      found = ASF;
    } else if (has(bytes, start, "wvpk")) {
      found = WAVPACK;
    } else if (MpegFrames.startAt(bytes, start, MpegFrames::adtsLength)) {
      found = AAC;
    } else if (MpegFrames.startAt(bytes, start, MpegFrames::audioLength)) {
      found = MP3;
    }
    return Optional.ofNullable(found);
  }

  private static boolean isWave(byte[] bytes, int start) {
    boolean riff =
        has(bytes, start, "RIFF") || has(bytes, start, "RF64") || has(bytes, start, "BW64");
    return riff && has(bytes, start + 8, "WAVE");
  }

  private static boolean isAiff(byte[] bytes, int start) {
    return has(bytes, start, "FORM")
        && (has(bytes, start + 8, "AIFF") || has(bytes, start + 8, "AIFC"));
  }

  /** QuickTime files from before 2001 have no {@code ftyp}. */
  private static boolean isOldQuickTime(byte[] bytes, int start) {
    boolean known =
        has(bytes, start + 4, "moov")
            || has(bytes, start + 4, "mdat")
            || has(bytes, start + 4, "wide")
            || has(bytes, start + 4, "free")
            || has(bytes, start + 4, "skip");
    return known && new ByteCursor(bytes, start).unsignedInt(0) <= bytes.length - start;
  }

  /** Whether these Latin-1 characters are at a position. */
  public static boolean has(byte[] bytes, int offset, String latin1) {
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
}
