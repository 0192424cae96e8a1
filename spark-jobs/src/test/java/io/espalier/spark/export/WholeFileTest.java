package io.espalier.spark.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path directory;

  @Test
  void aFinishedFileReplacesAnOlderOne() throws IOException {
    Path place = Files.writeString(directory.resolve("a.txt"), "old, and longer");
    try (WholeFile file = open(place)) {
      file.write("grün");
      assertThat(place).hasContent("old, and longer");
      file.finish();
    }
    assertThat(Files.readString(place)).isEqualTo("grün");
    assertThat(directory.toFile().list()).containsExactly("a.txt");
  }

  @Test
  void anUnfinishedFileLeavesNothing() throws IOException {
    Path place = directory.resolve("a.txt");
    try (WholeFile file = open(place)) {
      file.write("half");
    }
    assertThat(directory.toFile().list()).isEmpty();
  }

  @Test
  void aDirectoryIsNotReplaced() throws IOException {
    Path place = Files.createDirectory(directory.resolve("a.txt"));
    assertThatThrownBy(() -> open(place))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("it is a directory");
  }

  private static WholeFile open(Path place) throws IOException {
    return WholeFile.create(new Configuration(), Storage.path(Storage.uri(place)));
  }
}
