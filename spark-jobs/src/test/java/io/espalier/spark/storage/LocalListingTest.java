package io.espalier.spark.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.audio.AudioLimits;
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.task.AudioSource;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LocalListingTest {
  @TempDir Path directory;

  @Test
  @Timeout(20)
  void circlesOfLinksEndAndEachRecordingIsListedOnce() throws IOException {
    write("in/a/x.wav");
    write("in/b/y.wav");
    link("in/back", ".");
    link("in/a/up", "..");
    link("in/a/other", "../b");
    link("in/b/other", "../a");
    link("in/itself.wav", "itself.wav");
    ListedAudio found = list();
    assertThat(found.files())
        .extracting(ListedAudio.File::id)
        .containsExactly("a/x.wav", "b/y.wav");
    assertThat(found.leftOut()).hasSize(5);
    assertThat(found.leftOut()).anyMatch(name -> name.startsWith("itself.wav ("));
  }

  @Test
  void aDirectoryThatTwoLinksLeadToIsListedOnce() throws IOException {
    write("far/x.wav");
    write("in/y.wav");
    link("in/one", "../far");
    link("in/two", "../far");
    assertThat(list().files())
        .extracting(ListedAudio.File::id)
        .containsExactly("y.wav", "one/x.wav");
    assertThat(list().leftOut()).containsExactly("two (a directory that is already listed)");
  }

  @Test
  void whatCannotBeTakenIsNamed() throws IOException {
    write("in/x.wav");
    write("far.wav");
    link("in/gone.wav", "nowhere.wav");
    link("in/same.wav", "x.wav");
    link("in/far.wav", "../far.wav");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(directory.resolve("in/s.wav")));
      assertThat(list().files())
          .extracting(ListedAudio.File::id)
          .containsExactly("x.wav", "far.wav");
      assertThat(list().leftOut())
          .containsExactly(
              "s.wav (a pipe or a device, not a file)",
              "gone.wav (a broken link)",
              "same.wav (a link to a file that is already listed)");
    }
  }

  @Test
  void everyNameThatIsListedIsReadAgain() throws Exception {
    List<String> names =
        List.of(
            "a b.wav",
            "a%20b.wav",
            "100%.wav",
            "c:d.wav",
            "e?f#g.wav",
            "new\nline.wav",
            "~.wav",
            "[1].wav",
            "{2}.wav",
            "*.wav",
            "back\\slash.wav",
            "Käse.wav",
            "语音.wav",
            " .wav",
            "é.wav");
    for (String name : names) {
      Files.createDirectories(directory.resolve("in"));
      Files.writeString(directory.resolve("in").resolve(name), name);
    }
    Files.writeString(
        LocalNames.unescaped(directory + "/in/M%E4rz.wav").orElseThrow(), "M%E4rz.wav");
    ListedAudio found = list();
    assertThat(found.leftOut()).isEmpty();
    assertThat(found.files()).hasSize(names.size() + 1);
    AudioSource source =
        new AudioSource(
            new Configuration(), new AudioRules(List.of("file"), AudioLimits.defaults()));
    for (ListedAudio.File file : found.files()) {
      assertThat(new String(source.read(null, file.audio()), StandardCharsets.UTF_8))
          .isEqualTo(file.id());
    }
  }

  private ListedAudio list() throws IOException {
    return LocalListing.of(directory.resolve("in"));
  }

  private void write(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(directory.resolve(name), Path.of(target));
  }
}
