package io.espalier.spark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalNamesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Käse.wav",
        "语音.wav",
        "a b%20c.wav",
        "100%.wav",
        "%zz.wav",
        "a:b#c?d.wav",
        "a\nb.wav",
        "[1]{2}*?.wav",
        "back\\slash.wav",
        "\uD83D\uDE00.wav"
      })
  void aNameLeadsToItsFileAndBack(String name) throws IOException {
    Path file = LocalNames.path(directory + "/" + name);
    Files.writeString(file, name);
    assertThat(LocalNames.text(file)).contains(directory + "/" + name);
    assertThat(LocalNames.lastPart(file)).contains(name);
    assertThat(file).isEqualTo(directory.resolve(name));
    assertThat(Files.readString(Path.of(URI.create("file://" + LocalNames.escaped(file)))))
        .isEqualTo(name);
  }

  @Test
  void escapesMayStandForBytesThatAreNoText() throws IOException {
    Path file = LocalNames.unescaped(directory + "/M%E4rz.wav").orElseThrow();
    Files.writeString(file, "Latin-1");
    assertThat(LocalNames.text(file)).isEmpty();
    assertThat(LocalNames.lastPart(file)).isEmpty();
    assertThat(LocalNames.escaped(file)).isEqualTo(directory + "/M%E4rz.wav");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a b.wav", "/100%", "/%zz", "/%4", "/a%20b%"})
  void whatIsNoEscapeIsNotTakenForOne(String name) {
    assertThat(LocalNames.unescaped(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a\0b", "/half a pair \uD83D"})
  void aNameThatNoFileCanHaveIsRefused(String name) {
    assertThatThrownBy(() -> LocalNames.path(name)).isInstanceOf(InvalidPathException.class);
  }

  @Test
  void aRelativeNameIsBelowTheWorkingDirectory() {
    assertThat(LocalNames.path("ä/b.wav")).isEqualTo(Path.of("ä/b.wav").toAbsolutePath());
    assertThat(LocalNames.path("//a//b/")).isEqualTo(Path.of("/a/b"));
  }
}
