package io.espalier.spark.export;

import io.espalier.spark.export.format.TranscriptFormat;
import java.util.Iterator;

/** What recordings add to a file, one after the other. */
record Bodies(Recordings recordings, TranscriptFormat format) implements Iterator<String> {
  @Override
  public boolean hasNext() {
    return recordings.hasNext();
  }

  @Override
  public String next() {
    return format.body(recordings.next().recording());
  }
}
