package io.espalier.spark.table.commit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process, named so that others on its machine can tell whether it is gone.
 *
 * @param started in milliseconds, since numbers of processes are used again
 */
record DriverProcessId(String host, long pid, long started) {
  private static final Pattern TEXT = Pattern.compile("([0-9]+)-([0-9]+)-([\\w.]*)-[-0-9a-f]{36}");

  /** This process. */
  static DriverProcessId own() {
    ProcessHandle own = ProcessHandle.current();
    return new DriverProcessId(machine(), own.pid(), started(own));
  }

  /** Its name, or one that no other process gives it, so that none is taken for gone. */
  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return UUID.randomUUID().toString().replace('-', '.');
    }
  }

  /** Part of a file's name. */
  String text() {
    return String.format(Locale.ROOT, "%d-%d-%s", pid, started, host.replaceAll("[^\\w.]", "_"));
  }

  /** Whether the name of a mark is that of a process of this machine that does not run any more. */
  boolean isGone(String mark) {
    Matcher parts = TEXT.matcher(mark);
    if (!parts.matches() || !parts.group(3).equals(host.replaceAll("[^\\w.]", "_"))) {
      return false;
    }
    Optional<ProcessHandle> there = ProcessHandle.of(Long.parseLong(parts.group(1)));
    return there.map(process -> started(process) != Long.parseLong(parts.group(2))).orElse(true);
  }

  private static long started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
