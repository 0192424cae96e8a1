package io.espalier.tools.corpus.sound;

import java.util.Locale;

/** File formats of a corpus, all 16 kHz mono. */
public enum AudioFormat {
  WAV("wav", "pcm_s16le", 0),
  FLAC("flac", "flac", 0),
  MP3("mp3", "libmp3lame", 32_000),
  OPUS("ogg", "libopus", 24_000),
  M4A("ipod", "aac", 32_000);

  private final String container;
  private final String codec;
  private final int bitRate;

  AudioFormat(String container, String codec, int bitRate) {
    this.container = container;
    this.codec = codec;
    this.bitRate = bitRate;
  }

  /** FFmpeg's name of the container. */
  String container() {
    return container;
  }

  /** FFmpeg's name of the encoder. */
  String codec() {
    return codec;
  }

  /** Bits per second, 0 for lossless formats. */
  int bitRate() {
    return bitRate;
  }

  /** The name in recipes and manifests, and the file name's extension. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
