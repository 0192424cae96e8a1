package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.owsm.TokenTable;
import io.espalier.pruning.FlopLedger;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.Hypothesis;
import io.espalier.search.beam.SearchRelease;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hypotheses and their scores against those of two releases of ESPnet, run by run. */
public class SearchParityTest {
  /** Below this the reference itself was about to choose another hypothesis. */
  static final double SAFE_GAP = 1e-3;

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void nBestListsAreThoseOf202611(ReferenceSet set) {
    check(set, "hyps_202611.json", SearchRelease.ESPNET_202611);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void nBestListsAreThoseOf202511(ReferenceSet set) {
    check(set, "hyps.json", SearchRelease.ESPNET_202511);
  }

  private static void check(ReferenceSet set, String file, SearchRelease release) {
    JsonArray runs = set.json(file).getAsJsonArray("runs");
    assertThat(runs).isNotEmpty();
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      for (JsonElement run : runs) {
        checkRun(reference, run.getAsJsonObject(), release);
      }
    }
  }

  private static void checkRun(ReferenceModel reference, JsonObject run, SearchRelease release) {
    String id = run.get("id").getAsString();
    Recognizer recognizer =
        new Recognizer(reference.model(), reference.tokens(), options(run, release), Padding.FULL);
    Window window = window(reference, run);
    List<Hypothesis> nBest =
        recognizer.recognize(List.of(window), 1, new FlopLedger(1)).get(0).result().nBest();
    JsonArray expected = run.getAsJsonArray("nbest");
    if (run.get("min_gap_at_beam_edge").getAsDouble() <= SAFE_GAP) {
      return;
    }
    // The reference keeps the first few of a longer list.
    assertThat(nBest).as(id).hasSizeGreaterThanOrEqualTo(expected.size());
    boolean ordered = run.get("min_gap_in_beam").getAsDouble() > SAFE_GAP;
    for (int i = 0; i < (ordered ? expected.size() : 1); i++) {
      JsonObject want = expected.get(i).getAsJsonObject();
      Hypothesis have = nBest.get(i);
      assertThat(have.tokens())
          .as("%s, hypothesis %d", id, i)
          .isEqualTo(ints(want.getAsJsonArray("yseq")));
      assertScore(id, want.get("score").getAsDouble(), have.score());
      JsonObject scores = want.getAsJsonObject("scores");
      if (scores.has("decoder")) {
        assertScore(id + " decoder", scores.get("decoder").getAsDouble(), have.decoderScore());
      }
      if (scores.has("ctc")) {
        assertScore(id + " ctc", scores.get("ctc").getAsDouble(), have.ctcScore());
      }
      assertThat(reference.tokenizer().decodeText(have.generated()))
          .as(id)
          .isEqualTo(want.get("text_nospecial").getAsString());
    }
  }

  public static void assertScore(String what, double want, double have) {
    assertThat(have).as("score of %s", what).isCloseTo(want, within(tolerance(want)));
  }

  private static double tolerance(double score) {
    return Math.max(1e-3, 1e-5 * Math.abs(score));
  }

  private static DecodingOptions options(JsonObject run, SearchRelease release) {
    return new DecodingOptions(
        run.get("beam_size").getAsInt(),
        run.get("ctc_weight").getAsDouble(),
        run.get("maxlenratio").getAsDouble(),
        run.get("minlenratio").getAsDouble(),
        run.get("penalty").getAsDouble(),
        run.get("normalize_length").getAsBoolean(),
        run.get("predict_time").getAsBoolean(),
        false,
        29.0,
        0.2,
        release);
  }

  private static Window window(ReferenceModel reference, JsonObject run) {
    TokenTable tokens = reference.tokens();
    float[] samples = reference.samples(run.get("wav").getAsString());
    int length = Math.min(samples.length, reference.model().config().windowSamples());
    JsonElement previous = run.get("text_prev");
    return new Window(
        Arrays.copyOf(samples, length),
        tokens.id(run.get("lang_sym").getAsString()),
        tokens.id(run.get("task_sym").getAsString()),
        previous.isJsonNull() ? null : reference.tokenizer().encode(previous.getAsString()),
        run.get("predict_time").getAsBoolean());
  }

  private static int[] ints(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToInt(JsonElement::getAsInt)
        .toArray();
  }
}
