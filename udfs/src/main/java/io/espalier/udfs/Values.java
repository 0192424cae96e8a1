package io.espalier.udfs;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** Reads Catalyst's values. */
final class Values {
  private Values() {}

  static String text(Object value) {
    return value.toString();
  }

  /** A string, or the elements of an array of strings that are not null. */
  static List<String> texts(Object value) {
    if (!(value instanceof ArrayData array)) {
      return List.of(text(value));
    }
    List<String> texts = new ArrayList<>(array.numElements());
    for (int i = 0; i < array.numElements(); i++) {
      if (!array.isNullAt(i)) {
        texts.add(array.getUTF8String(i).toString());
      }
    }
    return texts;
  }
}
