package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewDirectoryTest {
  @TempDir Path temp;

  @Test
  void itAppearsWhenItIsCommitted() throws Exception {
    Path target = temp.resolve("a").resolve("b");
    try (NewDirectory directory = NewDirectory.beside(target, false)) {
      Files.writeString(directory.path().resolve("file"), "text");
      assertThat(target).doesNotExist();
      directory.commit();
    }
    assertThat(target.resolve("file")).hasContent("text");
    assertThat(names(target.getParent())).containsExactly("b");
  }

  @Test
  void withoutACommitNothingIsLeft() throws Exception {
    try (NewDirectory directory = NewDirectory.beside(temp.resolve("a"), false)) {
      Files.writeString(directory.path().resolve("file"), "text");
    }
    assertThat(names(temp)).isEmpty();
  }

  @Test
  void anInterruptedProcessLeavesNothing() throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                WriteForever.class.getName(),
                temp.resolve("a").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (process.isAlive() && names(temp).isEmpty()) {
      Thread.sleep(5);
    }
    assertThat(names(temp)).singleElement().asString().startsWith(".a.new-");
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(names(temp)).isEmpty();
  }

  @Test
  void aFileInItsPlaceIsNotTouched() throws Exception {
    Path file = Files.writeString(temp.resolve("a"), "mine");
    assertThatThrownBy(() -> NewDirectory.beside(file, true))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("is a file");
    assertThat(file).hasContent("mine");
  }

  @Test
  void aDirectoryThatHoldsNoBundleIsNotTouched() throws Exception {
    Files.writeString(temp.resolve("file"), "mine");
    assertThatThrownBy(() -> NewDirectory.beside(temp, true))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("It is not a bundle, so --force does not replace it either");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }
}
