package io.espalier.checkpoint.tensors;

import ai.djl.ndarray.types.Shape;
import io.espalier.files.MalformedFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Compares the parameters of a file with those that a configuration requires. */
public final class ParameterCheck {
  private ParameterCheck() {}

  /** One line for each missing, extra or wrong parameter, with shapes; empty if all is well. */
  static List<String> differences(
      Map<String, Shape> expected, Set<String> optional, Map<String, TensorType> found) {
    List<String> lines = new ArrayList<>();
    expected.forEach(
        (name, shape) -> {
          TensorType actual = found.get(name);
          if (actual == null) {
            if (!optional.contains(name)) {
              lines.add("missing: %s, expected %s".formatted(name, shape));
            }
          } else if (!actual.shape().equals(shape)) {
            lines.add("wrong: %s, expected %s, found %s".formatted(name, shape, actual.shape()));
          } else if (!actual.type().isFloating()) {
            lines.add("wrong: %s, expected floats, found %s".formatted(name, actual.type()));
          }
        });
    found.forEach(
        (name, actual) -> {
          if (!expected.containsKey(name)) {
            lines.add("extra: %s, found %s".formatted(name, actual.shape()));
          }
        });
    return lines;
  }

  /**
   * Checks that the parameters found are those expected.
   *
   * @throws MalformedFileException with all differences, if there are any
   */
  public static void check(
      String what, Map<String, Shape> expected, Set<String> optional, Map<String, TensorType> found)
      throws MalformedFileException {
    List<String> lines = differences(expected, optional, found);
    if (!lines.isEmpty()) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT,
              "Cannot use %s: %d of its parameters do not fit config.yaml%n  %s",
              what,
              lines.size(),
              String.join(System.lineSeparator() + "  ", lines)));
    }
  }
}
