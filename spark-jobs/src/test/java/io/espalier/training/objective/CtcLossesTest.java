package io.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.ReferenceSet;
import io.espalier.Tensors;
import io.espalier.owsm.OwsmConfig;
import io.espalier.training.data.Batch;
import io.espalier.training.optimizer.LongVectors;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Losses and gradients against those that ESPnet computed, see the note in their file. */
class CtcLossesTest {
  private static final Path REFERENCE = Path.of("src/test/resources/reference");
  private static final int NA = 2;

  @TempDir private Path directory;

  @Test
  void lossesAndGradientsAreEspnets() throws IOException {
    ReferenceSet set = new ReferenceSet(REFERENCE.resolve("owsm_ctc"), REFERENCE.resolve("audio"));
    JsonObject golden = golden();
    CtcStep step = CtcStep.of(set, directory);
    assertThat(step.config().tokens().get(NA)).isEqualTo("<na>");
    OwsmConfig.CtcTraining own = step.config().ctcOnly().orElseThrow().training();
    assertThat(own.weight()).isEqualTo(0.8);
    assertThat(own.transcripts()).containsExactly(true, true, false);
    for (JsonElement element : golden.getAsJsonArray("cases")) {
      JsonObject expected = element.getAsJsonObject();
      List<Boolean> transcripts = new ArrayList<>();
      expected.getAsJsonArray("ctc_asr_only").forEach(flag -> transcripts.add(flag.getAsBoolean()));
      OwsmConfig.CtcTraining training =
          new OwsmConfig.CtcTraining(
              own.layers(), expected.get("interctc_weight").getAsDouble(), transcripts);
      try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
        check(expected, step.with(training), batch(manager, set, golden), manager);
      }
    }
  }

  private static void check(JsonObject expected, CtcStep step, Batch batch, NDManager manager) {
    Objective objective = step.objective(manager);
    Objective.Losses losses = objective.backward(batch, Double.NaN, 1, 1);
    assertClose(losses.total(), expected.get("loss").getAsDouble());
    assertClose(losses.ctc() / batch.rows(), expected.get("loss_ctc").getAsDouble());
    JsonArray layers = expected.getAsJsonArray("loss_interctc");
    double sum = 0;
    for (JsonElement layer : layers) {
      sum += layer.getAsDouble();
    }
    if (!layers.isEmpty()) {
      assertClose(losses.intermediate() / batch.rows(), sum / layers.size());
    }
    float[] gradient = LongVectors.read(objective.trained().getGradient());
    JsonObject norms = expected.getAsJsonObject("gradient_norms");
    assertThat(norms.size()).isPositive();
    for (ParameterLayout.Slot slot : step.layout().slots()) {
      if (norms.has(slot.name())) {
        int start = (int) slot.offset();
        double square = 0;
        for (int i = start; i < start + slot.shape().size(); i++) {
          square += (double) gradient[i] * gradient[i];
        }
        assertThat(Math.sqrt(square))
            .as(slot.name())
            .isCloseTo(norms.remove(slot.name()).getAsDouble(), within(1e-3 * Math.sqrt(square)));
      }
    }
    assertThat(norms.keySet()).isEmpty();
  }

  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(1e-4 * expected));
  }

  private static JsonObject golden() throws IOException {
    try (Reader reader =
        new InputStreamReader(
            CtcLossesTest.class.getResourceAsStream("ctc_losses.json"), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    }
  }

  private static Batch batch(NDManager manager, ReferenceSet set, JsonObject golden) {
    Tensors tensors = Tensors.read(manager, set.golden("tensors_fra_na.npz"));
    int mels = (int) tensors.get("feats_norm").getShape().get(2);
    float[] speech = tensors.get("feats_norm").toFloatArray();
    float[] features = Arrays.copyOf(speech, 3 * speech.length);
    for (int i = 0; i < speech.length; i += mels) {
      System.arraycopy(speech, i, features, 2 * speech.length - i - mels, mels);
    }
    for (int i = 0; i < speech.length; i++) {
      features[2 * speech.length + i] = 0.5f * speech[i];
    }
    List<long[]> transcripts = lists(golden, "text_ctc");
    long[] lengths =
        transcripts.stream()
            .mapToLong(text -> text.length == 1 && text[0] == NA ? -1 : text.length)
            .toArray();
    return new Batch(
        3,
        features,
        mels,
        padded(lists(golden, "prefix"), -1),
        padded(lists(golden, "text"), -1),
        padded(transcripts, 1),
        lengths,
        padded(lists(golden, "text_prev"), -1),
        null);
  }

  private static List<long[]> lists(JsonObject golden, String name) {
    List<long[]> lists = new ArrayList<>();
    for (JsonElement row : golden.getAsJsonArray(name)) {
      List<Long> ids = new ArrayList<>();
      row.getAsJsonArray().forEach(id -> ids.add(id.getAsLong()));
      lists.add(ids.stream().mapToLong(id -> id).toArray());
    }
    return lists;
  }

  private static long[] padded(List<long[]> rows, long padding) {
    int width = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
    long[] all = new long[rows.size() * width];
    Arrays.fill(all, padding);
    for (int row = 0; row < rows.size(); row++) {
      System.arraycopy(rows.get(row), 0, all, row * width, rows.get(row).length);
    }
    return all;
  }
}
