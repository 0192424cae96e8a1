package io.espalier.checkpoint.espnet;

import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * The statistics of ESPnet's {@code GlobalMVN}.
 *
 * @param mean per mel bin
 * @param std per mel bin
 */
@SuppressWarnings("ArrayRecordComponent") // Written to a file, never compared.
public record GlobalStats(float[] mean, float[] std) {
  /** ESPnet's lower limit of the variance. */
  private static final double LEAST_VARIANCE = 1e-20;

  /** Three arrays of at most a few hundred numbers. */
  private static final int MAX_BYTES = 1 << 20;

  /**
   * Computes them from {@code feats_stats.npz}, which holds {@code count}, {@code sum} and {@code
   * sum_square}.
   *
   * @param path null if the configuration names none
   */
  public static GlobalStats read(Path path, int mels) throws IOException {
    if (path == null || !Files.isRegularFile(path)) {
      throw new MalformedFileException(
          "Cannot normalise: the checkpoint has no normalize.mean and normalize.std, and the file"
              + " of normalize_conf.stats_file, "
              + path
              + ", is missing");
    }
    TorchFormat.checkNotPointer(path);
    Map<String, NpyArray> arrays = NpzFile.read(path, MAX_BYTES);
    double count = array(path, arrays, "count", 1)[0];
    double[] sum = array(path, arrays, "sum", mels);
    double[] squares = array(path, arrays, "sum_square", mels);
    if (!(count > 0)) {
      throw new MalformedFileException("Cannot use %s: its count is %s".formatted(path, count));
    }
    float[] mean = new float[mels];
    float[] std = new float[mels];
    for (int i = 0; i < mels; i++) {
      double center = sum[i] / count;
      mean[i] = (float) center;
      std[i] = (float) Math.sqrt(Math.max(squares[i] / count - center * center, LEAST_VARIANCE));
    }
    return new GlobalStats(mean, std);
  }

  private static double[] array(Path path, Map<String, NpyArray> arrays, String name, int size)
      throws MalformedFileException {
    NpyArray array = arrays.get(name);
    if (array == null || array.size() != size) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT,
              "Cannot use %s: array %s must have %d numbers, found %s",
              path,
              name,
              size,
              array == null ? "none" : array.size()));
    }
    return array.doubles();
  }
}
