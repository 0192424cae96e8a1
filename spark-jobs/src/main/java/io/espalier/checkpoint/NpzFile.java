package io.espalier.checkpoint;

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
  /** Per array, unpacked; the largest array that Espalier reads this way has a few megabytes. */
  private static final int MAX_ARRAY_BYTES = 256 << 20;

  private NpzFile() {}

  /**
   * All arrays by name, in the file's order.
   *
   * @throws CheckpointException if the file is damaged or an array holds anything but numbers
   */
  public static Map<String, NpyArray> read(Path path) throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(path.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        String name = entry.getName().replaceFirst("\\.npy$", "");
        arrays.put(name, array(zip, entry));
      }
    } catch (ZipException | CheckpointException e) {
      throw new CheckpointException("Cannot read arrays of " + path + ": " + e.getMessage(), e);
    }
    return Collections.unmodifiableMap(arrays);
  }

  private static NpyArray array(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(MAX_ARRAY_BYTES + 1);
      if (bytes.length > MAX_ARRAY_BYTES) {
        throw new CheckpointException(
            "%s is larger than %d MiB".formatted(entry.getName(), MAX_ARRAY_BYTES >> 20));
      }
      return NpyReader.read(bytes);
    } catch (CheckpointException e) {
      throw new CheckpointException("array '" + entry.getName() + "': " + e.getMessage(), e);
    }
  }
}
