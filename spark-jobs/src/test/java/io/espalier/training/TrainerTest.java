package io.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.tensors.TensorFile;
import io.espalier.training.objective.ParameterLayout;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  @TempDir private Path directory;

  @Test
  void theLossFallsWhileItLearns() throws IOException {
    TinyRun.train(directory, TinyRun.recipe().until(120));
    List<JsonObject> lines = metrics("valid");
    assertThat(loss(lines.get(lines.size() - 1))).isLessThan(0.5 * loss(lines.get(0)));
  }

  @Test
  void aRunInPiecesEqualsAnUninterruptedOne() throws IOException {
    Path whole = directory.resolve("whole");
    Path pieces = directory.resolve("pieces");
    TinyRun.train(whole, TinyRun.recipe());
    TinyRun.train(pieces, TinyRun.recipe().until(7));
    TinyRun.train(pieces, TinyRun.recipe().until(20));
    TinyRun.train(pieces, TinyRun.recipe());
    assertSameRuns(whole, pieces);
  }

  @Test
  void aRunThatIsAskedToStopEndsAfterTheStepAndGoesOn() throws IOException {
    Path whole = directory.resolve("whole");
    Path stopped = directory.resolve("stopped");
    TinyRun.train(whole, TinyRun.recipe());
    for (int steps : new int[] {0, 1, 7, 4}) {
      AtomicInteger asked = new AtomicInteger();
      // It is asked before an epoch, and before each step.
      BooleanSupplier stop = () -> asked.getAndIncrement() > steps;
      assertThat(TinyRun.train(stopped, TinyRun.recipe(), stop)).isEmpty();
      assertThat(stopped.resolve("bundle")).doesNotExist();
    }
    TinyRun.train(stopped, TinyRun.recipe());
    assertSameRuns(whole, stopped);
  }

  @Test
  void stepsBehindTheLastCheckpointAreDoneAgain() throws IOException {
    Path whole = directory.resolve("whole");
    Path killed = directory.resolve("killed");
    TinyRun.train(whole, TinyRun.recipe());
    TinyRun.train(killed, TinyRun.recipe().until(25));
    // As a kill at step 25 leaves it: the newest checkpoint is that of step 20.
    deleteAll(killed.resolve("checkpoints/step-00000025"));
    TinyRun.train(killed, TinyRun.recipe());
    assertSameRuns(whole, killed);
  }

  @Test
  void theBundleHoldsTheMeanOfTheBest() throws IOException {
    Bundle bundle = TinyRun.train(directory, TinyRun.recipe());
    assertThat(bundle.card()).containsEntry("name", "tiny");
    Map<?, ?> source = (Map<?, ?>) bundle.card().get("source");
    assertThat((List<?>) source.get("averaged_steps")).hasSize(2);
    try (Stream<Path> kept = Files.list(directory.resolve("best"))) {
      assertThat(kept).hasSize(2);
    }
  }

  @Test
  void frozenParametersStayAsTheyWere() throws IOException {
    TrainRecipe recipe =
        TrainRecipe.parse("frozen", TinyRun.RECIPE + "frozen: ['decoder\\..*', 'ctc\\..*']\n");
    TinyRun.train(directory, recipe.until(5));
    TrainingModel model = TrainingModel.open(directory.resolve("model"));
    ParameterLayout layout = ParameterLayout.of(model.config(), model.gates(), recipe::isFrozen);
    float[] trained = checkpoint(directory).get("parameters");
    assertThat(layout.slots())
        .filteredOn(slot -> !slot.trained())
        .isNotEmpty()
        .allSatisfy(slot -> assertThat(slot.name()).matches("(decoder|ctc)\\..*"));
    assertThat(trained).hasSize((int) layout.trainedSize());
    assertThat(trained).isNotEqualTo(model.vector(layout, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pooling: attentive, pooling_hidden: 5,",
        "scope: layer,",
        "pooling: attentive, pooling_hidden: 5, scope: layer,"
      })
  void predictorsOfAllKindsAreTrainedAlone(String view) throws IOException {
    TrainRecipe recipe =
        TrainRecipe.parse(
            "gated",
            TinyRun.RECIPE
                + "frozen: ['(encoder|decoder|ctc)\\..*']\n"
                + "gates: {"
                + view
                + " contexts: [language, task], projection: 4, hidden: 8, spread: {contexts:"
                + " [task], logits: 1}, context_dropout: 0.3, temperature: {first: 2, last: 1,"
                + " steps: 4}, sparsity: {weight: 1, measure: flops}, targets: {encoder: [0.1,"
                + " 0.5], decoder: [0, 0.3], asked: 0.3, curriculum: 2}}\n");
    Path whole = directory.resolve("whole");
    Path stopped = directory.resolve("stopped");
    Bundle bundle = TinyRun.train(whole, recipe.until(12));
    TinyRun.train(stopped, recipe.until(10));
    TinyRun.train(stopped, recipe.until(12));
    assertSameRuns(whole, stopped);
    TrainingModel model = TrainingModel.open(whole.resolve("model"));
    assertThat(bundle.gates()).isEqualTo(model.gates());
    ParameterLayout layout = ParameterLayout.of(model.config(), model.gates(), recipe::isFrozen);
    float[] before = model.vector(layout, true);
    float[] after = checkpoint(whole).get("parameters");
    for (ParameterLayout.Slot slot : layout.slots()) {
      assertThat(slot.trained()).isEqualTo(slot.name().startsWith("gates."));
      if (slot.name().matches(".*\\.(hidden|output|pooling_hidden|pooling_scores)\\.weight")) {
        int start = (int) slot.offset();
        int end = start + (int) slot.shape().size();
        assertThat(Arrays.copyOfRange(after, start, end))
            .as(slot.name())
            .isNotEqualTo(Arrays.copyOfRange(before, start, end));
      }
    }
  }

  @Test
  void trainingEndsWhenNothingGetsBetter() throws IOException {
    String stalled =
        TinyRun.RECIPE
            .replace("peak: 5.0e-3", "peak: 1.0e-30")
            .replace("patience: 0", "patience: 2");
    TinyRun.train(directory, TrainRecipe.parse("stalled", stalled).until(1000));
    // The first validation is the best one, the next two are no better.
    assertThat(metrics("valid"))
        .extracting(line -> line.get("step").getAsInt())
        .containsExactly(10, 20, 30);
  }

  @Test
  void theLogHasALineForEachInterval() throws IOException {
    TinyRun.train(directory, TinyRun.recipe());
    assertThat(metrics("train"))
        .extracting(line -> line.get("step").getAsInt())
        .containsExactly(5, 10, 15, 20, 25, 30);
    assertThat(metrics("train").get(0).keySet())
        .contains("loss", "loss_ctc", "loss_att", "accuracy", "learning_rate", "utterances_per_s");
    assertThat(metrics("valid").get(0).keySet()).contains("loss", "loss_ctc", "accuracy", "wer");
  }

  static void assertSameRuns(Path one, Path other) throws IOException {
    Map<String, float[]> expected = checkpoint(one);
    Map<String, float[]> actual = checkpoint(other);
    for (String name : List.of("parameters", "first_moment", "second_moment")) {
      assertThat(actual.get(name)).as(name).isEqualTo(expected.get(name));
    }
    String model = "bundle/model.safetensors";
    assertThat(other.resolve(model)).hasSameBinaryContentAs(one.resolve(model));
  }

  private static Map<String, float[]> checkpoint(Path run) throws IOException {
    try (Stream<Path> all = Files.list(run.resolve("checkpoints"))) {
      Path newest = all.max(Path::compareTo).orElseThrow();
      return TensorFile.read(newest.resolve("tensors.safetensors"));
    }
  }

  private static void deleteAll(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(path);
  }

  private List<JsonObject> metrics(String kind) throws IOException {
    return Files.readAllLines(directory.resolve("metrics.jsonl")).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(line -> line.get("kind").getAsString().equals(kind))
        .toList();
  }

  private static double loss(JsonObject line) {
    return line.get("loss").getAsDouble();
  }
}
