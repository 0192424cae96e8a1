package io.espalier.training.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderRecipeTest {
  private static final Path SPEAKER = Path.of("../conf/recipes/demo-speaker.yaml");
  private static final Path EVENT = Path.of("../conf/recipes/demo-event.yaml");

  @Test
  void eachSpeedOfASpeakerIsASpeakerOfItsOwn() throws IOException {
    assertThat(EncoderRecipe.read(SPEAKER).classes(10)).isEqualTo(30);
    assertThat(EncoderRecipe.read(EVENT).classes(6)).isEqualTo(6);
  }

  @Test
  void theEventEncoderHearsNoOtherRoomsOrNoises() throws IOException {
    EncoderRecipe.Augment augment = EncoderRecipe.read(EVENT).augment();
    assertThat(augment.reverbShare()).isZero();
    assertThat(augment.noiseShare()).isZero();
    assertThat(augment.speeds()).isEmpty();
  }

  @Test
  void anotherEndChangesNothingElse() throws IOException {
    EncoderRecipe recipe = EncoderRecipe.read(SPEAKER);
    assertThat(recipe.until(7).schedule().maxSteps()).isEqualTo(7);
    assertThat(recipe.until(7).until(recipe.schedule().maxSteps())).isEqualTo(recipe);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "speeds: [0.9, 1.1] | speeds: [0, 1.1] | speeds must be factors above 0, found [0.0, 1.1]",
        "reverb_s: [0.2, 0.8] | reverb_s: [0, 0.8] | reverb_s must be [lowest, highest] above 0.0,"
            + " found [0.0, 0.8]",
        "noise_db: [5, 25] | noise_db: [25, 5] | noise_db must be [lowest, highest], found [25.0,"
            + " 5.0]",
        "noise_db: [5, 25] | noise_db: [5] | noise_db must be 2 numbers, found [5]",
        "checkpoint_every: 400 | checkpoint_every: 0 | checkpoint_every must be a whole number of"
            + " at least 1, found 0"
      })
  void valuesThatCannotBeAreRefused(String good, String bad, String message) throws IOException {
    String yaml = Files.readString(SPEAKER);
    assertThat(yaml).contains(good);
    assertThatThrownBy(() -> EncoderRecipe.parse("r", yaml.replace(good, bad)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void allMistakesOfARecipeAreNamedTogether() throws IOException {
    String yaml =
        Files.readString(SPEAKER)
            .replace("kind: speaker", "kind: weather")
            .replace("margin: 0.2", "margin: much")
            .replace("tilt: 1.0", "tillt: 1.0")
            .replace("clip_norm: 5", "");
    assertThatThrownBy(() -> EncoderRecipe.parse("r", yaml))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot read r, problems: 5",
                "  encoder.kind must be one of speaker, event, found weather",
                "  objective.margin must be a number, found much",
                "  augment.tilt is missing",
                "  optimizer.clip_norm is missing",
                "  augment.tillt is not known, the nearest known key is augment.tilt"));
  }
}
