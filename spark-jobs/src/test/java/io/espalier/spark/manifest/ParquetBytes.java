package io.espalier.spark.manifest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Writes Parquet files with types that Spark does not write. */
final class ParquetBytes {
  private ParquetBytes() {}

  /** Fills a row. */
  interface Row {
    void fill(Group group);
  }

  static Path write(Path file, String schema, Row... rows) throws IOException {
    MessageType type = MessageTypeParser.parseMessageType("message m { " + schema + " }");
    SimpleGroupFactory groups = new SimpleGroupFactory(type);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withConf(new Configuration())
            .withType(type)
            .build()) {
      for (Row row : List.of(rows)) {
        Group group = groups.newGroup();
        row.fill(group);
        writer.write(group);
      }
    }
    return file;
  }
}
