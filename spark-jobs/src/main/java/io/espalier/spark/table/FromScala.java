package io.espalier.spark.table;

import java.util.List;
import java.util.Map;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Scala's collections, which Spark's signatures have, as Java's. */
public final class FromScala {
  private FromScala() {}

  /** A view of a sequence. */
  @SuppressWarnings("deprecation") // Scala 2.12 does not have what 2.13 has in its place.
  public static <T> List<T> list(Seq<T> values) {
    return JavaConverters.seqAsJavaList(values);
  }

  /** A view of a map. */
  @SuppressWarnings("deprecation") // As above.
  public static <K, V> Map<K, V> map(scala.collection.Map<K, V> values) {
    return JavaConverters.mapAsJavaMap(values);
  }
}
