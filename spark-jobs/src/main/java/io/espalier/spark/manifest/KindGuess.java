package io.espalier.spark.manifest;

import io.espalier.conf.UsageException;
import io.espalier.spark.manifest.ManifestMaker.Kind;
import io.espalier.spark.storage.ListedAudio;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.FileFormat;
import io.espalier.spark.table.JsonLines;
import io.espalier.spark.table.TableFiles;
import io.espalier.spark.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Detects the kind of a source from its contents. */
final class KindGuess {
  /** Folders between a data set and its files, such as {@code data/train}. */
  private static final int DATA_SET_DEPTH = 2;

  private static final Set<String> LHOTSE_FIELDS =
      Set.of("supervisions", "recording", "tracks", "sources");

  private KindGuess() {}

  static Kind of(SparkSession spark, String source) {
    Path path = Storage.path(source);
    try {
      FileSystem fs = Tables.fileSystem(spark, path);
      if (!fs.exists(path)) {
        return Kind.TABLE;
      }
      if (fs.getFileStatus(path).isDirectory()) {
        return FileFormat.isNamed(path.getName()) ? Kind.TABLE : ofDirectory(fs, path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(source, e.getMessage()), e);
    }
    if (ListedAudio.isAudio(path.getName())) {
      throw new UsageException(
          "Cannot make manifest: %s is a recording. Give its folder".formatted(source));
    }
    if (FileFormat.of(source) != FileFormat.JSON) {
      return Kind.TABLE;
    }
    Set<String> keys = JsonLines.firstKeys(spark, source);
    return keys.contains("audio_filepath")
        ? Kind.NEMO
        : keys.stream().anyMatch(LHOTSE_FIELDS::contains) ? Kind.LHOTSE : Kind.TABLE;
  }

  private static Kind ofDirectory(FileSystem fs, Path path) throws IOException {
    if (fs.exists(new Path(path, "wav.scp"))) {
      return Kind.KALDI;
    }
    if (contents(fs, path, 0).contains(Kind.TABLE)) {
      return Kind.TABLE;
    }
    Set<Kind> below = contents(fs, path, DATA_SET_DEPTH);
    return below.equals(EnumSet.of(Kind.TABLE)) ? Kind.TABLE : Kind.DIRECTORY;
  }

  /** Whether there is audio, or else Parquet or Arrow as data sets have it. */
  private static Set<Kind> contents(FileSystem fs, Path directory, int depth) throws IOException {
    Set<Kind> found = EnumSet.noneOf(Kind.class);
    List<Path> folders = new ArrayList<>();
    for (FileStatus status : fs.listStatus(directory)) {
      String name = status.getPath().getName();
      if (TableFiles.isHidden(name)) {
        continue;
      }
      if (name.endsWith(".parquet") || name.endsWith(".arrow")) {
        found.add(Kind.TABLE);
      } else if (status.isDirectory()) {
        folders.add(status.getPath());
      } else if (ListedAudio.isAudio(name)) {
        found.add(Kind.DIRECTORY);
      }
    }
    for (Path folder : folders) {
      if (depth > 0 && !found.contains(Kind.DIRECTORY)) {
        found.addAll(contents(fs, folder, depth - 1));
      }
    }
    return found;
  }
}
