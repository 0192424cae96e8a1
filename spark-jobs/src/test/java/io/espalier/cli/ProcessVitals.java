package io.espalier.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What Linux says of a process at one moment.
 *
 * @param residentKib its resident memory, KiB
 * @param threads its threads, apart from those of {@code messages}
 * @param messages threads of Spark's two pools for messages about blocks. Each pool starts one for
 *     every message until it has a hundred, and ends those that were idle for a minute
 * @param files its open files, sockets and pipes included
 * @param children processes below it
 * @param childrenKib their resident memory, KiB
 */
record ProcessVitals(
    long residentKib, long threads, long messages, long files, long children, long childrenKib) {
  /** Linux knows the first 15 letters of a thread's name. */
  private static final Set<String> MESSAGES = Set.of("block-manager-a", "block-manager-s");

  /** Those of a process; absent if it has ended. */
  static Optional<ProcessVitals> of(ProcessHandle process) {
    List<Long> children = process.descendants().map(ProcessHandle::pid).toList();
    try {
      long childrenKib = 0;
      for (long child : children) {
        childrenKib += field(child, "VmRSS:");
      }
      long self = process.pid();
      List<String> threads = threads(self);
      long messages = threads.stream().filter(MESSAGES::contains).count();
      long files = files(self);
      long resident = field(self, "VmRSS:");
      return resident == 0
          ? Optional.empty()
          : Optional.of(
              new ProcessVitals(
                  resident,
                  threads.size() - messages,
                  messages,
                  files,
                  children.size(),
                  childrenKib));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Zero for a process that has ended. */
  private static long field(long process, String name) throws IOException {
    return lines(proc(process).resolve("status")).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  /** The names of the threads. */
  private static List<String> threads(long process) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path thread : entries(proc(process).resolve("task"))) {
      names.addAll(lines(thread.resolve("comm")));
    }
    return names;
  }

  private static long files(long process) throws IOException {
    return entries(proc(process).resolve("fd")).size();
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** None of a process or thread that has ended, which the kernel says in two ways. */
  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      if (Files.notExists(file) || String.valueOf(e.getMessage()).contains("No such process")) {
        return List.of();
      }
      throw e;
    }
  }

  private static Path proc(long process) {
    return Path.of("/proc", Long.toString(process));
  }
}
