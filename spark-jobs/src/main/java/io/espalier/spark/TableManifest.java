package io.espalier.spark;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Tables of others: columns under the names that data sets on Hugging Face commonly use. */
final class TableManifest {
  private static final Map<String, List<String>> NAMES = names();

  private TableManifest() {}

  /** Renames the first known name of each column that is not there under our own. */
  static Dataset<Row> columns(Dataset<Row> rows) {
    Dataset<Row> renamed = rows;
    for (Map.Entry<String, List<String>> entry : NAMES.entrySet()) {
      List<String> present = Arrays.asList(renamed.columns());
      Optional<String> theirs =
          Stream.concat(Stream.of(entry.getKey()), entry.getValue().stream())
              .filter(present::contains)
              .findFirst();
      if (theirs.isPresent()) {
        renamed = renamed.withColumnRenamed(theirs.get(), entry.getKey());
      }
    }
    List<String> present = Arrays.asList(renamed.columns());
    if (!present.contains("utt_id") && present.contains("audio")) {
      boolean named =
          renamed.schema().apply("audio").dataType() instanceof StructType audio
              && Arrays.asList(audio.fieldNames()).contains("path");
      if (!named) {
        throw new ConfigurationException(
            "Cannot find ids: no column %s, name one with --column utt_id=NAME"
                .formatted(NAMES.get("utt_id")));
      }
      return renamed.withColumn("utt_id", col("audio.path"));
    }
    return renamed;
  }

  private static Map<String, List<String>> names() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    names.put("utt_id", List.of("id", "utterance_id", "key"));
    names.put("audio", List.of("audio_path", "path", "file"));
    names.put("reference", List.of("text", "sentence", "transcription", "transcript"));
    names.put("language", List.of("lang", "locale"));
    names.put("speaker_id", List.of("speaker", "client_id"));
    return names;
  }
}
