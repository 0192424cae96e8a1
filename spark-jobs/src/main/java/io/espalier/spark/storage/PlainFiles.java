package io.espalier.spark.storage;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/** Opens text files, compressed or not. */
public final class PlainFiles {
  private PlainFiles() {}

  /** Opens a file; what its extension says that it is compressed with is undone. */
  public static InputStream open(Path path, Configuration conf) throws IOException {
    InputStream raw = Storage.open(conf, path).open(path);
    CompressionCodec codec = new CompressionCodecFactory(conf).getCodec(path);
    return codec == null ? raw : codec.createInputStream(raw);
  }
}
