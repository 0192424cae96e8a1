package io.espalier.udfs;

import io.espalier.udfs.metrics.BasicNormalizer;
import io.espalier.udfs.metrics.EnglishNormalizer;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/** Whisper's normalisers. */
enum NormalizeText implements RowKernel {
  BASIC {
    @Override
    String normalize(String text) {
      return BasicNormalizer.normalize(text);
    }
  },
  ENGLISH {
    @Override
    String normalize(String text) {
      return English.NORMALIZER.normalize(text);
    }
  };

  abstract String normalize(String text);

  /**
   * Finds a normaliser.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  static NormalizeText named(String name) {
    return switch (name) {
      case "basic" -> BASIC;
      case "english" -> ENGLISH;
      default ->
          throw new IllegalArgumentException(
              "Cannot find normalizer: %s, must be one of basic, english".formatted(name));
    };
  }

  @Override
  public DataType type() {
    return DataTypes.StringType;
  }

  @Override
  public Object evaluate(Object[] inputs) {
    return UTF8String.fromString(normalize(Values.text(inputs[0])));
  }

  /** Read once per process, and only where it is needed; immutable. */
  private static final class English {
    static final EnglishNormalizer NORMALIZER = new EnglishNormalizer();
  }
}
