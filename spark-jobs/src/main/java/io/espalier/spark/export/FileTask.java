package io.espalier.spark.export;

import io.espalier.spark.export.format.TranscriptFormat;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.SharedPlace;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes a file for each recording of a partition, and gives their number.
 *
 * @param extension of the files
 * @param mark a file that this machine sees if it shares the directory; null if all machines do
 */
record FileTask(
    String directory,
    String extension,
    TranscriptFormat format,
    String mark,
    Broadcast<SerializableConfiguration> hadoop)
    implements FlatMapFunction<Iterator<Row>, Long> {
  @Override
  public Iterator<Long> call(Iterator<Row> rows) throws IOException {
    Configuration conf = hadoop.value().value();
    if (mark != null && rows.hasNext()) {
      SharedPlace.require(conf, Export.PLACE, directory, mark);
    }
    Path place = Storage.path(directory);
    Recordings recordings = new Recordings(rows);
    long files = 0;
    while (recordings.hasNext()) {
      Recordings.Named next = recordings.next();
      String text = format.head() + format.body(next.recording()) + format.tail();
      try (WholeFile file =
          WholeFile.create(conf, Storage.child(place, next.file() + "." + extension))) {
        file.write(text);
        file.finish();
      }
      files++;
    }
    return List.of(files).iterator();
  }
}
