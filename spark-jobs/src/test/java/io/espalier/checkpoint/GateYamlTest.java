package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.files.MalformedFileException;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.FrameView.Pooling;
import io.espalier.pruning.FrameView.Scope;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.SparsityRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateYamlTest {
  private static final GateConfig CONFIG =
      new GateConfig(
          Set.of(ContextKind.SPEAKER, ContextKind.LANGUAGE),
          64,
          0,
          List.of("deu", "eng"),
          List.of("asr"),
          8,
          16,
          new SparsityRange(0.1, 0.5),
          new SparsityRange(0, 0.25),
          0.5);

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = temp.resolve("gates.yaml");
    GateYaml.write(file, CONFIG);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    assertThat(GateYaml.read(file)).isEqualTo(CONFIG);
  }

  @Test
  void whatPredictorsSeeIsWrittenWhereItIsNotTheUsual() throws IOException {
    assertThat(Files.readString(file)).doesNotContain("pooling", "scope");
    FrameView view = new FrameView(Pooling.ATTENTIVE, 12, Scope.LAYER);
    GateConfig config =
        new GateConfig(
            CONFIG.contexts(),
            CONFIG.speakerSize(),
            CONFIG.eventSize(),
            CONFIG.languages(),
            CONFIG.tasks(),
            CONFIG.projection(),
            CONFIG.hidden(),
            CONFIG.encoder(),
            CONFIG.decoder(),
            CONFIG.target(),
            view);
    GateYaml.write(file, config);
    assertThat(Files.readString(file))
        .contains("pooling: attentive", "pooling_hidden: 12", "scope: layer");
    assertThat(GateYaml.read(file)).isEqualTo(config);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pooling: mean | pooling must be one of statistics, attentive, found mean",
        "scope: global | scope must be one of stack, layer, found global",
        "pooling: attentive | pooling_hidden is missing",
        "pooling_hidden: 4 | pooling_hidden has no effect without pooling: attentive, omit it",
        "poling: attentive | poling is not known, the nearest known key is pooling",
      })
  void aWrongWordIsRefusedInOneSentence(String line, String message) throws IOException {
    Files.writeString(file, Files.readString(file) + line + "\n");
    assertThatThrownBy(() -> GateYaml.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("Cannot read %s: %s".formatted(file, message));
  }

  @Test
  void allMistakesOfAFileAreNamedTogether() throws IOException {
    String text = Files.readString(file);
    Files.writeString(
        file,
        text.replace("hidden: 16", "hiden: 16")
            .replace("target: 0.5", "target: half")
            .replace("- speaker", "- weather"));
    assertThatThrownBy(() -> GateYaml.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot read %s, problems: 4".formatted(file),
                "  contexts must be a list, each item one of speaker, event, language, task, found"
                    + " [weather, language]",
                "  hidden is missing",
                "  target must be a number, found half",
                "  hiden is not known, the nearest known key is hidden"));
  }

  @Test
  void sizesThatDoNotFitTheContextsAreRefused() throws IOException {
    Files.writeString(file, Files.readString(file).replace("speaker_size: 64", "speaker_size: 0"));
    assertThatThrownBy(() -> GateYaml.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("Cannot read %s: Invalid gate predictors: ".formatted(file));
  }
}
