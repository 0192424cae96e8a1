package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.TableRef.InFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/**
 * The files of a path: the file itself, or all files of its format below it, at any depth.
 *
 * @param whole whether these are all files of their format at the path
 */
public record TableFiles(Path root, FileFormat format, List<Entry> entries, boolean whole) {
  private static final int DEEPEST = 32;
  private static final String NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

  /**
   * A file.
   *
   * @param folders between the root and the file
   */
  record Entry(Path path, List<String> folders) {
    /** The values of folders named {@code column=value}, as text. */
    Map<String, String> partitions() {
      Map<String, String> values = new LinkedHashMap<>();
      for (String folder : folders) {
        int equals = folder.indexOf('=');
        if (equals > 0) {
          String value = ExternalCatalogUtils.unescapePathName(folder.substring(equals + 1));
          values.put(
              ExternalCatalogUtils.unescapePathName(folder.substring(0, equals)),
              value.equals(NO_VALUE) ? null : value);
        }
      }
      return values;
    }

    /** The folders before the first one named {@code column=value}. */
    List<String> plainFolders() {
      return folders.stream().takeWhile(folder -> folder.indexOf('=') <= 0).toList();
    }
  }

  /**
   * Finds the files.
   *
   * @throws UsageException if there are none
   */
  static TableFiles list(SparkSession spark, InFiles files) {
    Path path = Storage.path(files.path());
    FileFormat format = FileFormat.of(files.path());
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      FileStatus status = fs.getFileStatus(path);
      if (!status.isDirectory()) {
        return new TableFiles(path, format, List.of(new Entry(path, List.of())), true);
      }
      List<Entry> entries = new ArrayList<>();
      Map<String, String> others = new TreeMap<>();
      collect(fs, path, List.of(), format, entries, others);
      if (entries.isEmpty()) {
        throw new UsageException(nothing(files, format, others));
      }
      entries.sort(Comparator.comparing(entry -> entry.path().toString()));
      return new TableFiles(path, format, List.copyOf(entries), true);
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "Cannot open %s: %s", path, e.getMessage()), e);
    }
  }

  private static void collect(
      FileSystem fs,
      Path directory,
      List<String> folders,
      FileFormat format,
      List<Entry> entries,
      Map<String, String> others)
      throws IOException {
    if (folders.size() > DEEPEST) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot list %s: it is more than %d folders deep. Check for circular links",
              directory,
              DEEPEST));
    }
    for (FileStatus status : fs.listStatus(directory)) {
      String name = status.getPath().getName();
      if (isHidden(name)) {
        continue;
      }
      if (status.isDirectory()) {
        List<String> below = new ArrayList<>(folders);
        below.add(name);
        collect(fs, status.getPath(), below, format, entries, others);
      } else if (format.matches(name)) {
        entries.add(new Entry(status.getPath(), folders));
      } else {
        others.putIfAbsent(name.replaceAll(".*(?=\\.)", ""), name);
      }
    }
  }

  /** Whether Spark would skip a file of this name, because it is unfinished or metadata. */
  public static boolean isHidden(String name) {
    return name.startsWith(".") || (name.startsWith("_") && !name.contains("="));
  }

  private static String nothing(InFiles files, FileFormat format, Map<String, String> others) {
    String start =
        String.format(
            Locale.ROOT, "Cannot read %s: the folder has no %s files", files, format.label());
    if (others.containsKey(".arrow")) {
      return start
          + String.format(
              Locale.ROOT,
              ", but %s. Arrow files are not supported: write the data set with to_parquet",
              others.get(".arrow"));
    }
    return others.isEmpty()
        ? start
        : start + ", but files such as " + others.values().iterator().next();
  }

  /**
   * The names of the columns that folders add.
   *
   * @throws UsageException if folders give some files other columns than others
   */
  List<String> partitions() {
    Entry first = entries.get(0);
    List<String> names = List.copyOf(first.partitions().keySet());
    for (Entry entry : entries) {
      if (!List.copyOf(entry.partitions().keySet()).equals(names)) {
        throw new UsageException(
            String.format(
                    Locale.ROOT,
                    "Cannot read %s: its folders add to %s the columns %s, and to %s the columns"
                        + " %s. Read one of",
                    root,
                    first.path(),
                    names,
                    entry.path(),
                    List.copyOf(entry.partitions().keySet()))
                + " these folders alone");
      }
    }
    return names;
  }

  /**
   * The files of one split of a data set. If there are several, the user must choose one, so that
   * training and test data are never mixed.
   */
  TableFiles split(Optional<String> chosen) {
    Map<String, List<Entry>> splits = new TreeMap<>();
    for (Entry entry : entries) {
      splits.computeIfAbsent(Splits.of(entry), name -> new ArrayList<>()).add(entry);
    }
    if (chosen.isEmpty()) {
      Splits.requireOne(root, splits);
      return this;
    }
    List<Entry> of = splits.get(chosen.get());
    if (of == null) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot find split %s: %s has %s",
              chosen.get(),
              root,
              Splits.names(splits)));
    }
    return new TableFiles(root, format, List.copyOf(of), of.size() == entries.size());
  }

  /** Whether the folder alone selects the files, so Spark does not need a list of them. */
  boolean isLoadedAsFolder() {
    boolean oneFolder = entries.stream().map(Entry::plainFolders).distinct().count() == 1;
    boolean plain = entries.stream().allMatch(entry -> entry.path().getName().endsWith(".parquet"));
    boolean single = entries.size() == 1 && entries.get(0).folders().isEmpty();
    return !single && oneFolder && plain && whole && format == FileFormat.PARQUET;
  }

  /** The paths to give to Spark. */
  String[] load() {
    if (!isLoadedAsFolder()) {
      return paths();
    }
    Path folder = root;
    for (String name : entries.get(0).plainFolders()) {
      folder = Storage.child(folder, name);
    }
    return new String[] {folder.toString()};
  }

  /** The paths of all files. */
  String[] paths() {
    return entries.stream().map(entry -> entry.path().toString()).toArray(String[]::new);
  }

  @Override
  public String toString() {
    return Arrays.toString(paths());
  }
}
