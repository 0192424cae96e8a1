package io.espalier.spark.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
  @ParameterizedTest
  @CsvSource({
    "talk, talk",
    "talk.wav, talk",
    "Talk.FLAC, Talk",
    "v1.2, v1.2",
    "a/b/c.wav, a_b_c",
    "12:30?, 12_30_",
    "'a b', a b",
    "../../etc/passwd, _._.._etc_passwd",
    ".hidden, _hidden",
    ".wav, _wav",
    "end., end_",
    "CON, _CON",
    "con.notes, _con.notes",
    "console, console",
    "'', _",
    "Grüße 東京, Grüße 東京"
  })
  void namesAreSafe(String id, String name) {
    assertThat(FileNames.of(id, false)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "/data/2024/talk.wav, talk",
    "s3a://bucket/talk.m4a, talk",
    "talk, talk",
    "file:/data/my file.mp3, my file"
  })
  void ofAPathTheLastPartCounts(String path, String name) {
    assertThat(FileNames.of(path, true)).isEqualTo(name);
  }

  @Test
  void longNamesAreCutBetweenCharacters() {
    String name = FileNames.of("字".repeat(300), false);
    assertThat(name.getBytes(StandardCharsets.UTF_8).length).isBetween(170, 180);
    assertThat(name).matches("字+");
  }

  @Test
  void namesThatSomeFileSystemTakesForOneHaveTheSameKey() {
    assertThat(FileNames.key("Caf\u00c9")).isEqualTo(FileNames.key("cafe\u0301"));
    assertThat(FileNames.key("a")).isNotEqualTo(FileNames.key("b"));
  }
}
