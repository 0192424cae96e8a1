package io.espalier.spark.table;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/** The format of a table's files, which follows from their names. */
public enum FileFormat {
  JSON("JSON lines", "\\.(jsonl|ndjson|json)"),
  CSV("CSV", "\\.csv"),
  TSV("TSV", "\\.tsv"),
  /** The format of all other names: a Parquet file can have any name. */
  PARQUET("Parquet", "\\.parquet");

  private final String label;
  private final Pattern name;

  FileFormat(String label, String extension) {
    this.label = label;
    // Parquet compresses its own pages.
    String compressed = extension.equals("\\.parquet") ? "" : "(\\.(gz|bz2))?";
    name = Pattern.compile(".+" + extension + compressed, Pattern.DOTALL);
  }

  /** The format of a path. */
  public static FileFormat of(String path) {
    for (FileFormat format : values()) {
      if (format.matches(path)) {
        return format;
      }
    }
    return PARQUET;
  }

  /** Whether a name ends like a file of some format. */
  public static boolean isNamed(String name) {
    return Arrays.stream(values()).anyMatch(format -> format.matches(name));
  }

  /** Whether a file of this name is of this format. */
  boolean matches(String path) {
    return name.matcher(path.toLowerCase(Locale.ROOT).replaceAll("/+$", "")).matches();
  }

  /** Whether this is a text table whose first line names the columns. */
  public boolean isDelimited() {
    return this == CSV || this == TSV;
  }

  /** The name for messages. */
  String label() {
    return label;
  }
}
