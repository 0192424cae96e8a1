package io.espalier.checkpoint.espnet;

import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** NumPy's {@code .npz}: a zip of arrays. */
public final class NpzFile {
  /** All arrays together, unpacked; the largest file that is read this way has a few megabytes. */
  private static final int MAX_BYTES = 128 << 20;

  private NpzFile() {}

  /**
   * All arrays by name, in the file's order.
   *
   * @throws MalformedFileException if the file is damaged or too large, or an array holds anything
   *     but numbers
   */
  public static Map<String, NpyArray> read(Path path) throws IOException {
    return read(path, MAX_BYTES);
  }

  /**
   * @param maxBytes limit of all arrays together, unpacked
   */
  static Map<String, NpyArray> read(Path path, int maxBytes) throws IOException {
    int left = maxBytes;
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(path.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        String name = entry.getName().replaceFirst("\\.npy$", "");
        byte[] bytes = bytes(zip, entry, left);
        left -= bytes.length;
        if (arrays.put(name, array(entry, bytes)) != null) {
          throw new MalformedFileException("it has two arrays named " + name);
        }
      }
    } catch (ZipException | MalformedFileException e) {
      throw new MalformedFileException("Cannot read arrays of " + path + ": " + e.getMessage(), e);
    }
    return Collections.unmodifiableMap(arrays);
  }

  private static byte[] bytes(ZipFile zip, ZipEntry entry, int left) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(left + 1);
      if (bytes.length > left) {
        throw new MalformedFileException(
            "with '%s', its arrays exceed the total size limit".formatted(entry.getName()));
      }
      return bytes;
    }
  }

  private static NpyArray array(ZipEntry entry, byte[] bytes) throws MalformedFileException {
    try {
      return NpyReader.read(bytes);
    } catch (MalformedFileException e) {
      throw new MalformedFileException("array '" + entry.getName() + "': " + e.getMessage(), e);
    }
  }
}
