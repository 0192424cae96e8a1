package io.espalier.spark.export;

import io.espalier.spark.export.format.Recording;
import io.espalier.spark.export.format.Segment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** Gathers rows with the same {@code id}, which follow each other, into recordings. */
final class Recordings implements Iterator<Recordings.Named> {
  private final Iterator<Row> rows;
  private Row next;

  Recordings(Iterator<Row> rows) {
    this.rows = rows;
    next = rows.hasNext() ? rows.next() : null;
  }

  /**
   * A recording.
   *
   * @param file name of its file, without extension
   */
  record Named(String file, Recording recording) {}

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Named next() {
    if (next == null) {
      throw new NoSuchElementException("There are no more recordings");
    }
    Row first = next;
    String id = first.getAs("id");
    List<Segment> segments = new ArrayList<>();
    double endS = 0;
    for (int part = 0; next != null && id.equals(next.getAs("id")); part++) {
      segments.addAll(RowText.of(next, part));
      endS = Math.max(endS, next.<Double>getAs("start_s") + RowText.durationS(next));
      next = rows.hasNext() ? rows.next() : null;
    }
    Optional<String> language = Optional.ofNullable(first.getAs("language"));
    return new Named(first.getAs("file"), new Recording(id, endS, language, segments));
  }
}
