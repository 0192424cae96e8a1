package io.espalier.search.ctc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.espalier.ReferenceCtc;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.features.Stretch;
import io.espalier.owsm.ctc.CtcPrompt;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateInput;
import io.espalier.pruning.UtteranceContext;
import io.espalier.search.Decoding;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.Padding;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.Hypothesis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts of OWSM-CTC against ESPnet's own: short, with a text before, and long. */
class CtcDecodingParityTest {
  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmCtc();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void greedyRunsMatchFrameByFrame(ReferenceSet set) {
    try (ReferenceCtc reference = ReferenceCtc.open(set)) {
      List<JsonObject> runs = runs(set.json("hyps.json"), "greedy");
      List<CtcWindow> windows = new ArrayList<>();
      for (JsonObject run : runs) {
        windows.add(window(reference, run, false));
      }
      CtcRecognizer recognizer =
          new CtcRecognizer(
              reference.model(),
              reference.tokens(),
              DecodingOptions.DEFAULTS,
              new GateChoice.Open().policy(reference.model().config(), Optional.empty()));
      // All in one batch: lengths and prompts differ, and none may disturb another.
      List<CtcResult> results =
          recognizer.recognize(windows, windows.size(), new FlopLedger(windows.size()));
      for (int i = 0; i < runs.size(); i++) {
        JsonObject run = runs.get(i);
        CtcFrames frames = results.get(i).frames();
        assertThat(frames.ids())
            .as(run.get("id").getAsString())
            .containsExactly(ints(run.getAsJsonArray("argmax")));
        int[] tokens = BestPath.of(List.of(frames), reference.tokens().blank()).tokens();
        assertThat(tokens).containsExactly(ints(run.getAsJsonArray("token_int")));
        assertThat(reference.tokenizer().decode(tokens)).isEqualTo(run.get("text").getAsString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void greedyRunsMatchThroughTheTranscriber(ReferenceSet set) {
    try (ReferenceCtc reference = ReferenceCtc.open(set)) {
      List<JsonObject> runs = runs(set.json("hyps.json"), "greedy");
      List<Utterance> utterances =
          runs.stream().map(run -> utterance(reference, run, run.getAsJsonObject("call"))).toList();
      Map<String, Transcribed> byId = DecodedCtc.open(reference, Padding.NONE, 3, 4).of(utterances);
      for (JsonObject run : runs) {
        Transcribed one = byId.get(run.get("id").getAsString());
        assertThat(one.text()).isEqualTo(run.get("text_nospecial").getAsString());
        assertThat(one.tokens()).isEqualTo(run.getAsJsonArray("token_int").size());
      }
    }
  }

  /** Every hypothesis with its score; margins are those of the reference's own choices. */
  @ParameterizedTest
  @MethodSource("sets")
  void beamRunsMatch(ReferenceSet set) {
    try (ReferenceCtc reference = ReferenceCtc.open(set)) {
      for (JsonObject run : runs(set.json("hyps.json"), "beam")) {
        assertThat(run.get("min_gap_at_beam_edge").getAsDouble()).isGreaterThan(1e-3);
        DecodingOptions options =
            new DecodingOptions(
                run.get("beam_size").getAsInt(),
                1,
                run.get("maxlenratio").getAsDouble(),
                run.get("minlenratio").getAsDouble(),
                run.get("penalty").getAsDouble(),
                false,
                false,
                false,
                29.0,
                0.2);
        CtcRecognizer recognizer =
            new CtcRecognizer(
                reference.model(),
                reference.tokens(),
                options,
                new GateChoice.Open().policy(reference.model().config(), Optional.empty()));
        List<CtcWindow> windows = List.of(window(reference, run, true));
        List<Hypothesis> nBest = recognizer.recognize(windows, 1, new FlopLedger(1)).get(0).nBest();
        JsonArray expected = run.getAsJsonArray("nbest");
        assertThat(nBest.size()).isGreaterThanOrEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
          JsonObject one = expected.get(i).getAsJsonObject();
          assertThat(nBest.get(i).tokens())
              .as("%s, %d", run.get("id"), i)
              .containsExactly(ints(one.getAsJsonArray("yseq")));
          assertThat(nBest.get(i).score()).isCloseTo(one.get("score").getAsDouble(), within(1e-3));
        }
        Utterance utterance = utterance(reference, run, run.getAsJsonObject("call"));
        Decoding decoding = new Decoding(options, new GateChoice.Open(), Padding.NONE, 30);
        assertThat(new DecodedCtc(reference, decoding).of(utterance).text())
            .isEqualTo(expected.get(0).getAsJsonObject().get("text_nospecial").getAsString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void longRunsMatch(ReferenceSet set) {
    try (ReferenceCtc reference = ReferenceCtc.open(set)) {
      for (JsonObject run : runs(set.json("hyps.json"), "decode_long_batched_buffered")) {
        double context = run.get("context_len_in_secs").getAsDouble();
        int batch = run.get("batch_size").getAsInt();
        Utterance utterance = utterance(reference, run, run.getAsJsonObject("call"));
        assertThat(DecodedCtc.open(reference, Padding.FULL, batch, context).of(utterance).text())
            .as(run.get("id").getAsString())
            .isEqualTo(run.get("text_nospecial").getAsString());
      }
    }
  }

  /** All at once, although the reference decoded them one by one. */
  @ParameterizedTest
  @MethodSource("sets")
  void shortAndLongOnesInOneBatchMatch(ReferenceSet set) {
    try (ReferenceCtc reference = ReferenceCtc.open(set)) {
      List<Utterance> utterances = new ArrayList<>();
      List<JsonObject> runs = new ArrayList<>();
      for (JsonElement element : set.json("batch_decode_single.json").getAsJsonArray("runs")) {
        JsonObject run = element.getAsJsonObject();
        run.addProperty("id", run.get("wav").getAsString());
        assertThat(run.get("context_len_in_secs").getAsDouble()).isEqualTo(4);
        runs.add(run);
        utterances.add(utterance(reference, run, run));
      }
      Map<String, Transcribed> byId = DecodedCtc.open(reference, Padding.FULL, 8, 4).of(utterances);
      for (JsonObject run : runs) {
        String id = run.get("id").getAsString();
        assertThat(byId.get(id).text()).as(id).isEqualTo(run.get("text_nospecial").getAsString());
      }
    }
  }

  private static List<JsonObject> runs(JsonObject golden, String method) {
    List<JsonObject> runs =
        StreamSupport.stream(golden.getAsJsonArray("runs").spliterator(), false)
            .map(JsonElement::getAsJsonObject)
            .filter(run -> run.get("method").getAsString().equals(method))
            .toList();
    assertThat(runs).isNotEmpty();
    return runs;
  }

  private static int[] ints(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToInt(JsonElement::getAsInt)
        .toArray();
  }

  private static Utterance utterance(ReferenceCtc reference, JsonObject run, JsonObject call) {
    String before = symbol(call, "text_prev", null);
    String language = symbol(call, "lang_sym", "<nolang>");
    String task = symbol(call, "task_sym", "<asr>");
    return new Utterance(
        run.get("id").getAsString(),
        reference.samples(run.get("wav").getAsString()),
        language.equals("<nolang>") ? null : bare(language),
        bare(task),
        before);
  }

  private static CtcWindow window(ReferenceCtc reference, JsonObject run, boolean searched) {
    JsonObject call = run.getAsJsonObject("call");
    Utterance utterance = utterance(reference, run, call);
    String before = utterance.textPrev();
    CtcPrompt prompt =
        CtcPrompt.of(
            reference.tokens(),
            reference.tokens().id(symbol(call, "lang_sym", "<nolang>")),
            reference.tokens().id(symbol(call, "task_sym", "<asr>")),
            before == null ? null : reference.tokenizer().encode(before));
    return new CtcWindow(
        null,
        0,
        Stretch.of(utterance.samples()),
        utterance.samples().length,
        prompt,
        new GateInput(utterance.id(), null, utterance.task(), UtteranceContext.NONE, 1),
        searched);
  }

  private static String symbol(JsonObject call, String key, String absent) {
    return call.has(key) ? call.get(key).getAsString() : absent;
  }

  private static String bare(String symbol) {
    return symbol.substring(1, symbol.length() - 1);
  }
}
