package io.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@EnabledOnOs(OS.LINUX)
class TrainerMemoryTest {
  private static final long KIB_PER_MIB = 1024;

  @TempDir private Path directory;

  @Test
  void memoryIsFlatOverTwoThousandSteps() throws IOException {
    TinyRun.train(directory, TinyRun.recipe().until(400));
    long before = residentMib();
    TinyRun.train(directory, TinyRun.recipe().until(2400));
    long after = residentMib();
    System.out.printf(
        Locale.ROOT, "Resident memory: %d MiB, %d MiB after 2000 steps more%n", before, after);
    assertThat(after - before).isLessThan(24);
  }

  private static long residentMib() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB)
        .findFirst()
        .orElseThrow();
  }
}
