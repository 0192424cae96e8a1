package io.espalier.search.words;

import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

/** How often a text repeats itself, as Whisper measures it. */
public final class CompressionRatio {
  private CompressionRatio() {}

  /** UTF-8 length over its zlib length; 0 for an empty text. */
  public static double of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0) {
      return 0;
    }
    Deflater deflater = new Deflater();
    try {
      deflater.setInput(bytes);
      deflater.finish();
      byte[] buffer = new byte[bytes.length + 64];
      int length = 0;
      while (!deflater.finished()) {
        length += deflater.deflate(buffer);
      }
      return (double) bytes.length / length;
    } finally {
      deflater.end();
    }
  }
}
