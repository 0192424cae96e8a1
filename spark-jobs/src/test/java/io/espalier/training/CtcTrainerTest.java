package io.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.checkpoint.Bundle;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.SparsityRange;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.objective.ParameterLayout;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of an OWSM-CTC. */
class CtcTrainerTest {
  @TempDir private Path directory;

  @Test
  void theLossFallsWhileItLearns() throws IOException {
    Bundle bundle = TinyRun.train(directory, TinyCtcRun.recipe().until(120));
    List<JsonObject> lines = metrics(directory, "valid");
    assertThat(loss(lines.get(lines.size() - 1))).isLessThan(0.5 * loss(lines.get(0)));
    assertThat(lines.get(0).keySet())
        .contains("loss_ctc", "loss_interctc", "wer")
        .doesNotContain("accuracy", "loss_att");
    assertThat(bundle.isCtc()).isTrue();
    assertThat(bundle.config().ctcOnly().orElseThrow().training().transcripts())
        .containsExactly(true, false, false);
  }

  @Test
  void aRunInPiecesEqualsAnUninterruptedOne() throws IOException {
    Path whole = directory.resolve("whole");
    Path pieces = directory.resolve("pieces");
    TinyRun.train(whole, TinyCtcRun.recipe());
    TinyRun.train(pieces, TinyCtcRun.recipe().until(7));
    TinyRun.train(pieces, TinyCtcRun.recipe());
    TrainerTest.assertSameRuns(whole, pieces);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pooling: attentive, pooling_hidden: 5, scope: layer,"})
  void predictorsAreTrainedAlone(String view) throws IOException {
    TrainRecipe recipe = TinyCtcRun.gated(view);
    Path whole = directory.resolve("whole");
    Path stopped = directory.resolve("stopped");
    Bundle bundle = TinyRun.train(whole, recipe.until(12));
    TinyRun.train(stopped, recipe.until(10));
    TinyRun.train(stopped, recipe.until(12));
    TrainerTest.assertSameRuns(whole, stopped);
    TrainingModel model = TrainingModel.open(whole.resolve("model"));
    assertThat(bundle.gates()).isEqualTo(model.gates());
    assertThat(bundle.gates().orElseThrow().decoder()).isEqualTo(new SparsityRange(0, 0));
    ParameterLayout layout = ParameterLayout.of(model.config(), model.gates(), recipe::isFrozen);
    assertThat(layout.slots())
        .filteredOn(ParameterLayout.Slot::trained)
        .isNotEmpty()
        .allSatisfy(slot -> assertThat(slot.name()).startsWith("gates.encoder."));
    assertThat(metrics(whole, "train").get(0).keySet())
        .contains("open_encoder", "open.encoder.2.att", "open.encoder.2.src")
        .doesNotContain("open_decoder", "open.encoder.0.src");
  }

  @Test
  void fixedGatesAreTrainedAndModulesEliminated() throws IOException {
    TrainRecipe recipe =
        TrainRecipe.parse("fixed", TinyCtcRun.RECIPE + "gates: {fixed: '110111111011+01/'}\n");
    Bundle bundle = TinyRun.train(directory, recipe.until(4));
    assertThat(bundle.fixedGates()).contains(GateSet.parse("110111111011+01/"));
    Path features = new RunDirectory(directory).features("valid");
    try (FeatureStore store = FeatureStore.open(features, TinyRun.MELS);
        ModuleElimination elimination = new ModuleElimination(bundle, store, Device.cpu())) {
      GateSet all = GateSet.open(bundle.config());
      assertThat(elimination.close(0, 0)).isEqualTo(all);
      GateSet half = elimination.close(0.5, 0);
      assertThat(half.requireFits(bundle.config())).isEqualTo(half);
      assertThat(half.encoder().openShare()).isBetween(0.2, 0.8);
      assertThat(elimination.loss(half)).isNotEqualTo(elimination.loss(all));
    }
  }

  private static List<JsonObject> metrics(Path run, String kind) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(line -> line.get("kind").getAsString().equals(kind))
        .toList();
  }

  private static double loss(JsonObject line) {
    return line.get("loss").getAsDouble();
  }
}
