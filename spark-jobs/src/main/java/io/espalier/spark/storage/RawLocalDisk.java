package io.espalier.spark.storage;

import io.espalier.files.Directories;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.BufferedFSInputStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Implements Hadoop's contract of a local file system with {@code java.nio.file}. */
final class RawLocalDisk extends RawLocalFileSystem {
  // Hadoop hands down a LOG, of a library that is not ours.
  private static final Logger LOGGER = LoggerFactory.getLogger(RawLocalDisk.class);
  private static final String MODE = "unix:mode";
  private static final int PERMISSION_BITS = 01777;

  private final Map<Object, String> owners = new ConcurrentHashMap<>();
  private final Map<Object, String> groups = new ConcurrentHashMap<>();

  /** Whether files on this machine have the attributes that this class needs. */
  static boolean isSupported() {
    return java.nio.file.FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    if (getFileStatus(file).isDirectory()) {
      throw new FileNotFoundException(file + " is a directory");
    }
    return new FSDataInputStream(
        new BufferedFSInputStream(new LocalInput(local(file), statistics), bufferSize));
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path file, boolean append, FsPermission permission) throws IOException {
    OutputStream out;
    try {
      out = new LocalOutput(local(file), append);
    } catch (java.nio.file.NoSuchFileException e) {
      throw notFound(file);
    }
    if (!append) {
      try {
        setPermission(
            file, masked(permission == null ? FsPermission.getFileDefault() : permission));
      } catch (IOException | RuntimeException e) {
        out.close();
        throw e;
      }
    }
    return out;
  }

  @Override
  public boolean exists(Path file) {
    return Files.exists(local(file));
  }

  @Override
  public FileStatus getFileStatus(Path file) throws IOException {
    java.nio.file.Path path = local(file);
    Map<String, Object> attributes;
    try {
      attributes =
          Files.readAttributes(
              path, "unix:mode,uid,gid,size,lastModifiedTime,lastAccessTime,isDirectory");
    } catch (AccessDeniedException e) {
      throw e;
    } catch (FileSystemException e) {
      // Names that are too long, links that go round, files in the place of directories.
      throw notFound(file);
    }
    return new FileStatus(
        (long) attributes.get("size"),
        (boolean) attributes.get("isDirectory"),
        1,
        getDefaultBlockSize(file),
        ((FileTime) attributes.get("lastModifiedTime")).toMillis(),
        ((FileTime) attributes.get("lastAccessTime")).toMillis(),
        new FsPermission((short) ((int) attributes.get("mode") & PERMISSION_BITS)),
        name(owners, attributes.get("uid"), path, "owner"),
        name(groups, attributes.get("gid"), path, "group"),
        file.makeQualified(getUri(), getWorkingDirectory()));
  }

  /** A cached name of a user or group: looking it up may need a directory service. */
  private static String name(
      Map<Object, String> known, Object id, java.nio.file.Path path, String what)
      throws IOException {
    String name = known.get(id);
    if (name == null) {
      name = String.valueOf(Files.getAttribute(path, "unix:" + what));
      known.put(id, name);
    }
    return name;
  }

  @Override
  public FileStatus[] listStatus(Path directory) throws IOException {
    if (!getFileStatus(directory).isDirectory()) {
      return new FileStatus[] {getFileStatus(directory)};
    }
    List<FileStatus> statuses = new ArrayList<>();
    try (DirectoryStream<java.nio.file.Path> entries = Files.newDirectoryStream(local(directory))) {
      for (java.nio.file.Path entry : entries) {
        Optional<String> name = LocalNames.lastPart(entry);
        if (name.isEmpty()) {
          LOGGER.warn(
              "Left out of a listing because its name is not UTF-8: {}", LocalNames.escaped(entry));
          continue;
        }
        try {
          statuses.add(getFileStatus(Storage.child(directory, name.get())));
        } catch (FileNotFoundException e) {
          LOGGER.debug(
              "Left out of a listing because it is a broken link or was deleted: {}", name.get());
        }
      }
    }
    return statuses.toArray(FileStatus[]::new);
  }

  @Override
  public boolean mkdirs(Path directory) throws IOException {
    return mkdirs(directory, null);
  }

  @Override
  public boolean mkdirs(Path directory, FsPermission permission) throws IOException {
    java.nio.file.Path path = local(directory);
    if (Files.isDirectory(path)) {
      return true;
    }
    // Looked at again: another task may have made it since.
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new FileAlreadyExistsException(directory + " exists and is not a directory");
    }
    Path parent = directory.getParent();
    if (parent != null && exists(parent) && !Files.isDirectory(local(parent))) {
      throw new ParentNotDirectoryException(parent + " is not a directory");
    }
    if (parent != null) {
      mkdirs(parent);
    }
    try {
      Files.createDirectory(path);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      return Files.isDirectory(path);
    }
    setPermission(
        directory, masked(permission == null ? FsPermission.getDirDefault() : permission));
    return true;
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    try {
      Files.move(local(from), local(to), StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileSystemException e) {
      // Into a directory, or to another disk.
      return FileUtil.copy(this, from, this, to, true, getConf());
    }
  }

  @Override
  public boolean delete(Path file, boolean recursive) throws IOException {
    java.nio.file.Path path = local(file);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    if (!recursive && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !isEmpty(path)) {
      throw new IOException("Directory %s is not empty".formatted(file));
    }
    try {
      Directories.deleteRecursively(path);
      return true;
    } catch (FileSystemException e) {
      return false;
    }
  }

  private static boolean isEmpty(java.nio.file.Path directory) throws IOException {
    try (DirectoryStream<java.nio.file.Path> entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    }
  }

  @Override
  public void setPermission(Path file, FsPermission permission) throws IOException {
    Files.setAttribute(local(file), MODE, (int) permission.toShort());
  }

  @Override
  public void setOwner(Path file, String user, String group) throws IOException {
    java.nio.file.Path path = local(file);
    UserPrincipalLookupService lookup = path.getFileSystem().getUserPrincipalLookupService();
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (user != null) {
      view.setOwner(lookup.lookupPrincipalByName(user));
    }
    if (group != null) {
      view.setGroup(lookup.lookupPrincipalByGroupName(group));
    }
  }

  @Override
  public void setTimes(Path file, long modifiedMs, long accessedMs) throws IOException {
    Files.getFileAttributeView(local(file), BasicFileAttributeView.class)
        .setTimes(
            modifiedMs < 0 ? null : FileTime.fromMillis(modifiedMs),
            accessedMs < 0 ? null : FileTime.fromMillis(accessedMs),
            null);
  }

  @Override
  public FileStatus getFileLinkStatus(Path file) throws IOException {
    java.nio.file.Path path = local(file);
    if (!Files.isSymbolicLink(path)) {
      return getFileStatus(file);
    }
    Path target =
        new Path(null, null, Files.readSymbolicLink(path).toString())
            .makeQualified(getUri(), file.getParent());
    FileStatus link = new FileStatus(0, false, 1, 0, 0, file);
    link.setSymlink(target);
    return link;
  }

  private FsPermission masked(FsPermission permission) {
    return permission.applyUMask(FsPermission.getUMask(getConf()));
  }

  private java.nio.file.Path local(Path file) {
    checkPath(file);
    Path absolute = file.isAbsolute() ? file : new Path(getWorkingDirectory(), file);
    return LocalNames.path(absolute.toUri().getPath());
  }

  private static FileNotFoundException notFound(Path file) {
    return new FileNotFoundException("File " + file + " does not exist");
  }
}
