package io.espalier.spark.bundle;

import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.importer.ContextImporter;
import io.espalier.checkpoint.importer.Importer;
import io.espalier.conf.UsageException;
import io.espalier.files.Directories;
import io.espalier.spark.storage.LocalNames;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;

/**
 * Imports a model to any Hadoop file system. A remote bundle is made on the local disk, copied next
 * to its target and renamed, so it appears whole or not at all where renaming is atomic. Object
 * stores copy on rename; there, readers detect an incomplete bundle by its digests.
 */
public final class BundleImport {
  private BundleImport() {}

  /**
   * Imports a model.
   *
   * @param source local directory that holds {@code meta.yaml}
   * @param bundle directory on any Hadoop file system
   * @param log one line of progress at a time
   * @return the bundle's card, as text of several lines
   * @throws io.espalier.files.MalformedFileException with everything that is wrong with the model
   * @throws UsageException if the place is in use
   */
  public static String run(
      SparkSession spark, Path source, String bundle, ImportOptions options, Consumer<String> log)
      throws IOException {
    org.apache.hadoop.fs.Path target = Storage.path(bundle);
    FileSystem fs = Tables.fileSystem(spark, target);
    target = fs.makeQualified(target);
    if (fs.getUri().getScheme().equals("file")) {
      return Importer.importModel(source, LocalNames.path(target.toUri().getPath()), options, log)
          .report();
    }
    requireFree(fs, target, options.overwrite());
    Path local = Directories.temporary("espalier-import");
    try {
      Bundle made = Importer.importModel(source, local.resolve("bundle"), options, log);
      upload(fs, made.directory(), target);
      log.accept("Copied it to " + target);
      return made.report();
    } finally {
      Directories.deleteRecursively(local);
    }
  }

  /**
   * Adds context encoders to a bundle, or makes a bundle of them alone.
   *
   * @param bundle directory on any Hadoop file system
   * @param log one line of progress at a time
   * @return the bundle's encoders, as text of several lines
   * @throws io.espalier.files.MalformedFileException with everything that is wrong with a model
   * @throws UsageException if the path is in use by something else
   */
  public static String addContext(
      SparkSession spark,
      List<ContextImporter.Source> sources,
      String bundle,
      ImportOptions options,
      Consumer<String> log)
      throws IOException {
    org.apache.hadoop.fs.Path target = Storage.path(bundle);
    FileSystem fs = Tables.fileSystem(spark, target);
    target = fs.makeQualified(target);
    if (fs.getUri().getScheme().equals("file")) {
      Path local = LocalNames.path(target.toUri().getPath());
      return ContextImporter.add(sources, local, options, log).report();
    }
    requireFree(fs, target, true);
    Path directory = Directories.temporary("espalier-import");
    try {
      Path local = directory.resolve(target.getName());
      if (fs.exists(target)) {
        download(fs, target, local);
      }
      String report = ContextImporter.add(sources, local, options, log).report();
      upload(fs, local, target);
      log.accept("Copied it to " + target);
      return report;
    } finally {
      Directories.deleteRecursively(directory);
    }
  }

  private static void download(FileSystem fs, org.apache.hadoop.fs.Path bundle, Path local)
      throws IOException {
    Files.createDirectory(local);
    for (FileStatus file : fs.listStatus(bundle, path -> !path.getName().startsWith("."))) {
      fs.copyToLocalFile(
          false,
          file.getPath(),
          new org.apache.hadoop.fs.Path(local.resolve(file.getPath().getName()).toUri()),
          true);
    }
  }

  private static void requireFree(
      FileSystem fs, org.apache.hadoop.fs.Path target, boolean overwrite) throws IOException {
    if (!fs.exists(target)) {
      return;
    }
    boolean bundle = fs.exists(new org.apache.hadoop.fs.Path(target, BundleFiles.CARD));
    if (!fs.getFileStatus(target).isDirectory()
        || (fs.listStatus(target).length > 0 && !(bundle && overwrite))) {
      throw new UsageException(
          "Cannot write bundle: %s exists. %s"
              .formatted(
                  target,
                  bundle
                      ? "Replace it with --force"
                      : "It is not a bundle, so --force does not replace it either. Give another"
                          + " directory"));
    }
  }

  private static void upload(FileSystem fs, Path made, org.apache.hadoop.fs.Path target)
      throws IOException {
    org.apache.hadoop.fs.Path next = sibling(target, "new");
    try {
      fs.mkdirs(next);
      try (Stream<Path> files = Files.list(made)) {
        for (Path file : files.toList()) {
          fs.copyFromLocalFile(new org.apache.hadoop.fs.Path(file.toUri()), next);
        }
      }
      replace(fs, next, target);
    } finally {
      fs.delete(next, true);
    }
  }

  private static void replace(
      FileSystem fs, org.apache.hadoop.fs.Path next, org.apache.hadoop.fs.Path target)
      throws IOException {
    if (!fs.exists(target)) {
      rename(fs, next, target);
      return;
    }
    org.apache.hadoop.fs.Path old = sibling(target, "old");
    rename(fs, target, old);
    try {
      rename(fs, next, target);
    } catch (IOException e) {
      rename(fs, old, target);
      throw e;
    }
    fs.delete(old, true);
  }

  private static void rename(
      FileSystem fs, org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
      throws IOException {
    if (!fs.rename(from, to)) {
      throw new IOException("Cannot rename " + from + " to " + to + ": the file system refused");
    }
  }

  private static org.apache.hadoop.fs.Path sibling(
      org.apache.hadoop.fs.Path target, String purpose) {
    return Storage.child(
        target.getParent(), target.getName() + "." + purpose + "-" + UUID.randomUUID());
  }
}
