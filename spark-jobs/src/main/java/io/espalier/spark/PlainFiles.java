package io.espalier.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/** Opens files of text, compressed or not. */
final class PlainFiles {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private PlainFiles() {}

  /** Skips the mark with which some editors begin a file; it is not part of the text. */
  static void skipByteOrderMark(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != BYTE_ORDER_MARK) {
      text.reset();
    }
  }

  /** Opens a file; what its extension says that it is compressed with is undone. */
  static InputStream open(Path path, Configuration conf) throws IOException {
    InputStream raw = path.getFileSystem(conf).open(path);
    CompressionCodec codec = new CompressionCodecFactory(conf).getCodec(path);
    return codec == null ? raw : codec.createInputStream(raw);
  }
}
