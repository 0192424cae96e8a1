package io.espalier.spark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.spark.TestSpark;
import io.espalier.spark.transcribe.StartedProcesses;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hadoop's own local file system is the yardstick. */
class LocalDiskTest {
  @TempDir java.nio.file.Path directory;

  @Test
  void theSameCallsHaveTheSameOutcomeAsHadoops() throws IOException {
    List<String> hadoops = story(fileSystem(new LocalFileSystem()), directory.resolve("hadoop"));
    List<String> ours = story(fileSystem(new LocalDisk()), directory.resolve("ours"));
    assertThat(ours).isEqualTo(hadoops).hasSizeGreaterThan(20);
    assertThat(tree(directory.resolve("ours"))).isEqualTo(tree(directory.resolve("hadoop")));
  }

  @Test
  void noCallStartsAProcess() throws Exception {
    FileSystem ours = fileSystem(new LocalDisk());
    assertThat(StartedProcesses.during(() -> story(ours, directory.resolve("ours")))).isEmpty();
    // Else this test could not fail.
    FileSystem hadoops = fileSystem(new LocalFileSystem());
    assertThat(StartedProcesses.during(() -> story(hadoops, directory.resolve("hadoop"))))
        .anyMatch(command -> command.contains("chmod"))
        .anyMatch(command -> command.contains("ls"));
  }

  @Test
  void tasksMayMakeTheSameDirectoriesAtOnce() throws Exception {
    FileSystem ours = fileSystem(new LocalDisk());
    int tasks = 4;
    ExecutorService threads = Executors.newFixedThreadPool(tasks);
    try {
      for (int round = 0; round < 2_000; round++) {
        Path made = new Path(directory + "/" + round + "/table/data");
        CyclicBarrier together = new CyclicBarrier(tasks);
        Callable<Boolean> task =
            () -> {
              together.await();
              return ours.mkdirs(made);
            };
        for (Future<Boolean> result : threads.invokeAll(Collections.nCopies(tasks, task))) {
          assertThat(result.get()).isTrue();
        }
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void bytesAreReadFromAnyPlace() throws IOException {
    byte[] bytes = new byte[300_000];
    new Random(7).nextBytes(bytes);
    FileSystem ours = fileSystem(new LocalDisk());
    Path file = new Path(directory.resolve("x").toString());
    try (FSDataOutputStream out = ours.create(file)) {
      out.write(bytes);
      out.hsync();
    }
    try (FSDataInputStream in = ours.open(file)) {
      for (int at : new int[] {0, 299_999, 12_345, 65_536, 1}) {
        in.seek(at);
        byte[] read = new byte[Math.min(70_000, bytes.length - at)];
        in.readFully(read);
        assertThat(read).isEqualTo(Arrays.copyOfRange(bytes, at, at + read.length));
        in.readFully(at, read);
        assertThat(read).isEqualTo(Arrays.copyOfRange(bytes, at, at + read.length));
      }
      in.seek(bytes.length - 1L);
      assertThat(in.read()).isEqualTo(bytes[bytes.length - 1] & 0xff);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aDamagedFileIsFoundByItsChecksum() throws IOException {
    FileSystem ours = fileSystem(new LocalDisk());
    Path file = new Path(directory.resolve("x").toString());
    write(ours, file, "right");
    Files.writeString(directory.resolve("x"), "wrong");
    assertThatThrownBy(() -> read(ours, file))
        .isInstanceOf(org.apache.hadoop.fs.ChecksumException.class);
  }

  @Test
  void aLinkIsDeletedAndNotWhatItLeadsTo() throws IOException {
    FileSystem ours = fileSystem(new LocalDisk());
    Files.createDirectories(directory.resolve("kept/sub"));
    Files.writeString(directory.resolve("kept/x"), "");
    Files.createDirectory(directory.resolve("gone"));
    Files.createSymbolicLink(directory.resolve("gone/link"), directory.resolve("kept"));
    Files.createSymbolicLink(directory.resolve("gone/nothing"), directory.resolve("none"));
    assertThat(ours.delete(new Path(directory.resolve("gone").toString()), true)).isTrue();
    assertThat(directory.resolve("gone")).doesNotExist();
    assertThat(directory.resolve("kept/x")).exists();
  }

  @Test
  void namesOfAnyCharactersAreListed() throws IOException {
    FileSystem ours = fileSystem(new LocalDisk());
    List<String> names = List.of("Käse", "语音", "a b%20c", "c:d", "[1]", "{2,3}", "*", "new\nline");
    for (String name : names) {
      write(ours, Storage.child(new Path(directory.toString()), name), name);
    }
    for (FileStatus status : ours.listStatus(new Path(directory.toString()))) {
      assertThat(names).contains(status.getPath().getName());
      assertThat(read(ours, status.getPath())).isEqualTo(status.getPath().getName());
    }
    assertThat(ours.listStatus(new Path(directory.toString()))).hasSameSizeAs(names);
  }

  @Test
  void aSessionOfOursUsesIt() throws IOException {
    FileSystem used =
        FileSystem.get(
            URI.create("file:///"), TestSpark.session().sparkContext().hadoopConfiguration());
    assertThat(used).isInstanceOf(LocalDisk.class);
    assertThat(FileSystem.getLocal(new Configuration())).isInstanceOf(LocalDisk.class);
  }

  @Test
  void anotherClassThatIsNamedForLocalFilesStays() throws IOException {
    Configuration named = new Configuration(false);
    named.set("fs.file.impl", LocalFileSystem.class.getName());
    named.set("fs.file.impl.disable.cache", "true");
    assertThat(Storage.open(named, new Path("file:///x")).getClass())
        .isEqualTo(LocalFileSystem.class);
    assertThat(Storage.open(new Configuration(), new Path("file:///x")))
        .isInstanceOf(LocalDisk.class);
  }

  /** Everything that Spark, Iceberg and MLlib ask of a file system, and what came of it. */
  private static List<String> story(FileSystem fs, java.nio.file.Path root) throws IOException {
    List<String> log = new ArrayList<>();
    Path base = new Path(root.toString());
    Path file = new Path(base, "a/b/file");
    note(log, root, () -> fs.mkdirs(new Path(base, "a")));
    note(log, root, () -> fs.mkdirs(new Path(base, "private"), new FsPermission((short) 0700)));
    write(fs, file, "one");
    note(log, root, () -> fs.create(file, false));
    note(log, root, () -> fs.mkdirs(file));
    note(log, root, () -> fs.mkdirs(new Path(file, "below")));
    fs.setPermission(file, new FsPermission((short) 0640));
    note(log, root, () -> describe(fs.getFileStatus(file)));
    note(log, root, () -> describe(fs.getFileStatus(new Path(base, "private"))));
    note(log, root, () -> fs.getFileStatus(new Path(base, "none")));
    note(log, root, () -> fs.getFileStatus(new Path(file, "below")));
    note(log, root, () -> fs.open(new Path(base, "none")));
    note(log, root, () -> fs.open(new Path(base, "a")));
    note(log, root, () -> read(fs, file));
    note(log, root, () -> fs.exists(file));
    note(log, root, () -> fs.rename(file, new Path(base, "moved")));
    note(log, root, () -> fs.exists(file));
    write(fs, file, "two");
    note(log, root, () -> fs.rename(file, new Path(base, "moved")));
    note(log, root, () -> read(fs, new Path(base, "moved")));
    note(log, root, () -> fs.rename(new Path(base, "none"), new Path(base, "x")));
    note(log, root, () -> fs.rename(new Path(base, "moved"), new Path(base, "a")));
    note(log, root, () -> fs.rename(new Path(base, "a"), new Path(base, "c")));
    fs.setTimes(new Path(base, "c"), 1_000_000, 2_000_000);
    note(log, root, () -> fs.getFileStatus(new Path(base, "c")).getModificationTime());
    write(fs, new Path(base, "c/empty"), "");
    note(log, root, () -> names(fs.listStatus(new Path(base, "c"))));
    note(log, root, () -> names(fs.listStatus(new Path(base, "c/empty"))));
    note(log, root, () -> fs.listStatus(new Path(base, "none")).length);
    note(log, root, () -> located(fs, base));
    note(log, root, () -> names(fs.globStatus(new Path(base, "c/*"))));
    note(log, root, () -> fs.delete(new Path(base, "none"), true));
    note(log, root, () -> fs.delete(new Path(base, "c"), false));
    note(log, root, () -> fs.delete(new Path(base, "c/empty"), false));
    note(log, root, () -> fs.delete(new Path(base, "c"), true));
    note(log, root, () -> fs.exists(new Path(base, "c")));
    note(log, root, () -> fs.getFileStatus(new Path("file://server/share")));
    write(fs, new Path(base, "last"), "kept");
    return log;
  }

  private interface Step {
    Object run() throws IOException;
  }

  private static void note(List<String> log, java.nio.file.Path root, Step step) {
    String outcome;
    try {
      outcome = String.valueOf(step.run());
    } catch (FileNotFoundException e) {
      outcome = "nothing there";
    } catch (IOException | RuntimeException e) {
      outcome = e.getClass().getName();
    }
    log.add(outcome.replace(root.toString(), "ROOT"));
  }

  private static String describe(FileStatus status) {
    return String.format(
        Locale.ROOT,
        "%s %d %s %s %s %s",
        status.getPath(),
        status.isFile() ? status.getLen() : -1,
        status.isDirectory(),
        status.getPermission(),
        status.getOwner(),
        status.getGroup());
  }

  private static List<String> names(FileStatus... statuses) {
    return Arrays.stream(statuses).map(s -> s.getPath().toString()).sorted().toList();
  }

  private static List<String> located(FileSystem fs, Path base) throws IOException {
    List<String> names = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> each = fs.listFiles(base, true);
    while (each.hasNext()) {
      names.add(describe(each.next()));
    }
    names.sort(null);
    return names;
  }

  private static List<String> tree(java.nio.file.Path root) throws IOException {
    try (Stream<java.nio.file.Path> files = Files.walk(root)) {
      return files.map(file -> root.relativize(file) + " " + permissions(file)).sorted().toList();
    }
  }

  private static Object permissions(java.nio.file.Path file) {
    try {
      return Files.getPosixFilePermissions(file);
    } catch (IOException e) {
      return e;
    }
  }

  private static void write(FileSystem fs, Path file, String text) throws IOException {
    try (FSDataOutputStream out = fs.create(file)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String read(FileSystem fs, Path file) throws IOException {
    try (FSDataInputStream in = fs.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static FileSystem fileSystem(FileSystem made) throws IOException {
    made.initialize(URI.create("file:///"), new Configuration());
    return made;
  }
}
