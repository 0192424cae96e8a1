package io.espalier.tools.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.tools.benchmark.PeerFigures.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PeerFiguresTest {
  private static final String GOOD =
      """
      {
        "name": "ESPnet",
        "version": "202611",
        "size": "base",
        "threads": 2,
        "tokens": 41,
        "clip_s": 7,
        "settings": {"torch": "2.11.0", "cores": 2},
        "figures": [
          {"workload": "greedy", "setting": "float32, one by one", "utterances_per_s": 0.62},
          {"workload": "beam_5", "setting": "int8", "utterances_per_s": 1}
        ]
      }
      """;

  @TempDir Path temp;

  @Test
  void readsWhatAnotherProgramWrote() throws IOException {
    PeerFigures peer = read(GOOD);

    assertThat(peer.size()).isEqualTo(ModelSize.BASE);
    assertThat(peer.threads()).isEqualTo(2);
    assertThat(peer.tokens()).isEqualTo(41);
    assertThat(peer.clipS()).isEqualTo(7);
    assertThat(peer.settings()).isEqualTo(Map.of("torch", "2.11.0", "cores", "2"));
    assertThat(peer.figures())
        .containsExactly(new Figure(1, "float32, one by one", 0.62), new Figure(5, "int8", 1));
    assertThat(peer.heading())
        .isEqualTo("ESPnet 202611 (torch 2.11.0, cores 2): clips of 7.0 s, 41 tokens each");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"version\": \"202611\",||version is missing",
        "\"base\"|\"huge\"|size must be one of tiny, base, small, medium, found huge",
        "\"threads\": 2|\"threads\": 0|threads must be a whole number from 1 to 1024, found 0",
        "\"tokens\": 41|\"tokens\": 4.5|tokens must be a whole number from 2 to 400, found 4.5",
        "\"clip_s\": 7|\"clip_s\": \"7\"|clip_s must be a number from 0.1 to 30.0, found 7",
        "\"clip_s\": 7|\"clips\": 7|clip_s is missing",
        "greedy|gready|figures[0].workload must be greedy or beam_N, found gready",
        "beam_5|beam_05|figures[1].workload must be greedy or beam_N, found beam_05",
        "0.62|-1|figures[0].utterances_per_s must be a number from 0.0 to 1.0E9, found -1",
        "0.62|0|figures[0].utterances_per_s must be more than 0, found 0",
        "\"setting\": \"int8\",||figures[1].setting is missing",
        "{\"torch\": \"2.11.0\", \"cores\": 2}|[]|settings must be a mapping, found []",
      })
  void namesTheFieldAtFault(String old, String replacement, String complaint) {
    assertThat(GOOD).contains(old);
    String bad = GOOD.replace(old, replacement == null ? "" : replacement);

    assertThatThrownBy(() -> read(bad))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot read " + temp)
        .hasMessageContaining(complaint);
  }

  @Test
  void refusesAListWithoutFigures() {
    String bad = GOOD.replaceAll("(?s)\"figures\": \\[.*\\]", "\"figures\": []");

    assertThatThrownBy(() -> read(bad))
        .hasMessageEndingWith(": figures must be a list of at least one figure, found []");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"{\"name\": |it is not JSON", "``|it is empty", "[1]|it is not JSON"})
  void refusesWhatIsNoObject(String text, String complaint) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(complaint);
  }

  private PeerFigures read(String text) throws IOException {
    return PeerFigures.read(Files.writeString(temp.resolve("peer.json"), text));
  }
}
