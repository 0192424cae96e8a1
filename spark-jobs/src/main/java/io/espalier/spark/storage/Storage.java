package io.espalier.spark.storage;

import io.espalier.conf.Shown;
import io.espalier.conf.UsageException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
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
 * The only class that opens paths that users give. A path is a name: {@code [ ] { } * ?} are
 * ordinary characters, and a path that no file system can open is an error with a message.
 */
public final class Storage {
  /** Hadoop's key for the class of local files. */
  private static final String LOCAL_CLASS = "fs.file.impl";

  private static final String LOCAL_UNCACHED = "fs.file.impl.disable.cache";
  private static final String LOCAL = "file";

  /** Hadoop's file systems that read a web address and know nothing else. */
  private static final String WEB = "org.apache.hadoop.fs.http";

  private static final String S3 = "org.apache.hadoop.fs.s3a.S3AFileSystem";

  private static final String SPECIAL = "{}[]*?\\";

  private Storage() {}

  /**
   * The path of a text from the user.
   *
   * @throws UsageException if it is not a valid path
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

  /** A local file as Hadoop names it, by an unescaped URI. */
  public static String uri(java.nio.file.Path file) {
    return LOCAL + ":" + file.toAbsolutePath();
  }

  /** A file of any name in a directory; Hadoop itself would read {@code a:b} as a URI. */
  public static Path child(Path directory, String name) {
    return new Path(directory, new Path(null, null, name));
  }

  /**
   * The file system of a path. Local files get {@link LocalDisk} in any session that does not name
   * a class of its own.
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

  /** Whether a scheme means local files, through Hadoop's file system or ours. */
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

  /** A reader that takes paths as names; Spark's own readers take them as patterns. */
  public static DataFrameReader reader(SparkSession spark) {
    return spark.read().option(DataSource.GLOB_PATHS_KEY(), "false");
  }

  /**
   * A pattern that matches only this path, for code such as MLlib's that accepts only patterns.
   *
   * @throws UsageException if the name has a colon, for which Hadoop has no pattern
   */
  public static String pattern(Path path) {
    if (path.toUri().getPath().indexOf(':') >= 0) {
      throw new UsageException(
          "Invalid path: '%s' has a colon, which MLlib does not support. Give another path"
              .formatted(Shown.name(path.toString())));
    }
    return path.toString()
        .codePoints()
        .mapToObj(Character::toString)
        // Outside braces, a comma would separate two paths.
        .map(c -> c.equals(",") ? "{\\,}" : SPECIAL.contains(c) ? "\\" + c : c)
        .collect(Collectors.joining());
  }

  /** Gives a session {@link LocalDisk}, unless it names a class for local files itself. */
  public static void useLocalDisk(SparkSession spark) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    if (hadoop.get(LOCAL_CLASS) != null
        || !RawLocalDisk.isSupported()
        || isHiddenFrom(S3, Thread.currentThread().getContextClassLoader())) {
      return;
    }
    hadoop.set(LOCAL_CLASS, LocalDisk.class.getName());
    try {
      FileSystem present = FileSystem.getLocal(hadoop);
      if (!(present instanceof LocalDisk)) {
        // Hadoop caches the first one. Closing removes it from the cache, but its users can go on.
        present.close();
      }
    } catch (IOException e) {
      throw new StorageException("Cannot open local files: " + e.getMessage(), e);
    }
  }

  /**
   * Whether a connector, such as Hadoop's for S3, could not load {@link LocalDisk}. It buffers what
   * it writes in local files, and looks classes up with its own loader: in Spark's own jars it does
   * not see the application's.
   *
   * @param connector name of its class; false if there is none
   * @param application the loader of the application's classes
   */
  static boolean isHiddenFrom(String connector, ClassLoader application) {
    Optional<ClassLoader> theirs = loader(connector, application);
    return theirs.isPresent() && loader(LocalDisk.class.getName(), theirs.get()).isEmpty();
  }

  private static Optional<ClassLoader> loader(String type, ClassLoader by) {
    try {
      return Optional.of(Class.forName(type, false, by).getClassLoader());
    } catch (ClassNotFoundException e) {
      return Optional.empty();
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
