package io.espalier.spark.stage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;

/** Rows as bytes: many together, so that what they share is written once. */
final class PackedRows {
  private PackedRows() {}

  static byte[] pack(List<Row> rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(rows.toArray(Row[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot pack rows: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  static List<Row> unpack(byte[] packed) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(packed))) {
      return Arrays.asList((Row[]) in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack rows: " + e.getMessage(), e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Cannot unpack rows: " + e.getMessage(), e);
    }
  }
}
