package io.espalier.spark.storage;

import io.espalier.conf.UsageException;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;

/**
 * The one door to what users name by paths. A path is a name: {@code [ ] { } * ?} in it mean
 * themselves, and what no file system can open is a mistake with a message.
 */
public final class Storage {
  /** Hadoop's key for the class of local files. */
  private static final String LOCAL_CLASS = "fs.file.impl";

  private static final String LOCAL_UNCACHED = "fs.file.impl.disable.cache";
  private static final String LOCAL = "file";

  /** Hadoop's file systems that read a web address and know nothing else. */
  private static final String WEB = "org.apache.hadoop.fs.http";

  private static final String SPECIAL = "{}[]*?\\";

  private Storage() {}

  /**
   * A path that a user has named.
   *
   * @throws UsageException if it can be none
   */
  public static Path path(String text) {
    Path path;
    try {
      path = new Path(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "Invalid path: '%s': %s. Give a path that begins with a slash, or a URI such as %s"
              .formatted(Shown.name(text), e.getMessage(), "hdfs://host/path"));
    }
    String host = path.toUri().getAuthority();
    if (host == null || !LOCAL.equalsIgnoreCase(path.toUri().getScheme())) {
      return path;
    }
    if (!host.equalsIgnoreCase("localhost")) {
      throw new UsageException(
          "Invalid path: '%s' names the host %s. Mount its directory here and give file:///PATH"
              .formatted(Shown.name(text), host));
    }
    return new Path(LOCAL, null, path.toUri().getPath());
  }

  /** A local file as Hadoop names it: by a URI that is not escaped. */
  public static String uri(java.nio.file.Path file) {
    return LOCAL + ":" + file.toAbsolutePath();
  }

  /** A file of any name in a directory; Hadoop itself takes {@code a:b} for a URI. */
  public static Path child(Path directory, String name) {
    return new Path(directory, new Path(null, null, name));
  }

  /**
   * The file system of a path. Local files have {@link LocalDisk} even in sessions that are not
   * ours, unless these name a class of their own.
   *
   * @throws UsageException if there is none
   */
  public static FileSystem open(Configuration hadoop, Path path) throws IOException {
    try {
      FileSystem opened =
          isPlainLocal(hadoop, path)
              ? path.getFileSystem(withLocalDisk(hadoop))
              : path.getFileSystem(hadoop);
      if (opened.getClass().getPackageName().equals(WEB)) {
        throw new UsageException(
            "Cannot open %s: web addresses cannot be listed. Download it first"
                .formatted(Shown.name(path.toString())));
      }
      return opened;
    } catch (UsageException e) {
      throw e;
    } catch (RuntimeException | UnsupportedFileSystemException e) {
      throw new UsageException(
          "Cannot open the file system of %s: %s"
              .formatted(Shown.name(path.toString()), e.getMessage()));
    }
  }

  /** Whether a path is a local one, and of no file system but Hadoop's or ours. */
  public static boolean isLocal(Configuration hadoop, String scheme) {
    String type = hadoop.get(LOCAL_CLASS);
    return LOCAL.equals(scheme)
        && (type == null
            || type.equals(LocalDisk.class.getName())
            || type.equals(LocalFileSystem.class.getName()));
  }

  /** The scheme that a URI has, or that Hadoop adds. */
  public static String scheme(Configuration hadoop, String given) {
    String scheme = given == null ? FileSystem.getDefaultUri(hadoop).getScheme() : given;
    return scheme.toLowerCase(Locale.ROOT);
  }

  /** Reads files by their names. Spark's own readers take every path for a pattern. */
  public static DataFrameReader reader(SparkSession spark) {
    return spark.read().option(DataSource.GLOB_PATHS_KEY(), "false");
  }

  /**
   * A path for what takes patterns alone, as MLlib's models do: a pattern of just this name.
   *
   * @throws UsageException if the name has a colon, for which Hadoop has no pattern
   */
  public static String pattern(Path path) {
    if (path.toUri().getPath().indexOf(':') >= 0) {
      throw new UsageException(
          "Invalid path: '%s' has a colon, and MLlib reads no such names. Give another"
              .formatted(Shown.name(path.toString())));
    }
    return path.toString()
        .codePoints()
        .mapToObj(Character::toString)
        // A comma would part two paths, but not between braces.
        .map(c -> c.equals(",") ? "{\\,}" : SPECIAL.contains(c) ? "\\" + c : c)
        .collect(Collectors.joining());
  }

  /** Gives a session {@link LocalDisk}, unless it names a class for local files itself. */
  public static void useLocalDisk(SparkSession spark) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    if (hadoop.get(LOCAL_CLASS) != null || !RawLocalDisk.isSupported()) {
      return;
    }
    hadoop.set(LOCAL_CLASS, LocalDisk.class.getName());
    try {
      FileSystem present = FileSystem.getLocal(hadoop);
      if (!(present instanceof LocalDisk)) {
        // Hadoop keeps what was opened first; closed, it is forgotten, and works on for who has it.
        present.close();
      }
    } catch (IOException e) {
      throw new StorageException("Cannot open local files: " + e.getMessage(), e);
    }
  }

  private static boolean isPlainLocal(Configuration hadoop, Path path) {
    return hadoop.get(LOCAL_CLASS) == null
        && RawLocalDisk.isSupported()
        && scheme(hadoop, path.toUri().getScheme()).equals(LOCAL);
  }

  private static Configuration withLocalDisk(Configuration hadoop) {
    Configuration ours = new Configuration(hadoop);
    ours.set(LOCAL_CLASS, LocalDisk.class.getName());
    ours.setBoolean(LOCAL_UNCACHED, true);
    return ours;
  }
}
