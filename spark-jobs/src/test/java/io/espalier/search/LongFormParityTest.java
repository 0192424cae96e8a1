package io.espalier.search;

import static io.espalier.search.SearchParityTest.SAFE_GAP;
import static io.espalier.search.SearchParityTest.assertScore;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.audio.SpeechActivity;
import io.espalier.search.Outcome.Segment;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.SearchRelease;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Long recordings against ESPnet's {@code decode_long}, with the network and without it. They are
 * decoded without CTC and with a limit of length, where all releases are the same.
 */
class LongFormParityTest {
  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void longRecordingsMatch(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      for (JsonElement element : set.json("hyps.json").getAsJsonArray("long")) {
        JsonObject run = element.getAsJsonObject();
        if (run.get("min_gap_at_beam_edge").getAsDouble() > SAFE_GAP) {
          for (SearchRelease release : SearchRelease.values()) {
            checkRun(reference, run, release);
          }
        }
      }
    }
  }

  private static void checkRun(ReferenceModel reference, JsonObject run, SearchRelease release) {
    JsonObject kwargs = run.getAsJsonObject("kwargs");
    Utterance utterance =
        new Utterance(
            run.get("id").getAsString(),
            reference.samples(run.get("wav").getAsString()),
            bare(text(kwargs, "lang_sym", "<eng>")),
            bare(text(kwargs, "task_sym", "<asr>")),
            text(kwargs, "init_text", null));
    DecodingOptions options =
        options(
            run.get("beam_size").getAsInt(),
            run.get("ctc_weight").getAsDouble(),
            run.get("maxlenratio").getAsDouble(),
            kwargs,
            release);
    Outcome.Transcribed have =
        new DecodedReference(reference, options, Padding.FULL, 1)
            .of(List.of(utterance))
            .get(utterance.id());
    assertThat(have.segments())
        .as(utterance.id())
        .isEqualTo(segments(run.getAsJsonArray("utterances")));
    double total = 0;
    for (JsonElement segment : run.getAsJsonArray("segments")) {
      total += segment.getAsJsonObject().get("score").getAsDouble();
    }
    assertScore(utterance.id(), total, have.score());
  }

  @ParameterizedTest
  @MethodSource("sets")
  void windowsAndSegmentsMatchForScriptedResults(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      JsonObject script = set.json("long_scripted.json");
      LongForm.Settings settings =
          new LongForm.Settings(
              16000,
              script.get("speech_length_samples").getAsInt(),
              script.get("speech_resolution").getAsDouble());
      for (JsonElement element : script.getAsJsonArray("cases")) {
        checkScripted(reference, settings, element.getAsJsonObject());
      }
    }
  }

  private static void checkScripted(
      ReferenceModel reference, LongForm.Settings settings, JsonObject script) {
    String id = script.get("id").getAsString();
    JsonObject kwargs = script.getAsJsonObject("kwargs");
    LongForm form =
        new LongForm(
            script.get("n_samples").getAsInt(),
            text(kwargs, "init_text", null),
            settings,
            options(1, 0, 0, kwargs, SearchRelease.ESPNET_202611),
            reference.tokens(),
            reference.tokenizer()::decode,
            List.of(new SpeechActivity.Stretch(0, script.get("n_samples").getAsInt())));
    JsonArray windows = script.getAsJsonArray("windows");
    JsonArray calls = script.getAsJsonArray("calls");
    for (int i = 0; i < calls.size(); i++) {
      Optional<LongForm.Chunk> window = form.next();
      assertThat(window).as("%s, window %d", id, i).isPresent();
      JsonObject call = calls.get(i).getAsJsonObject();
      assertThat(window.get().length()).as(id).isEqualTo(call.get("n_samples").getAsInt());
      assertThat(window.get().textPrev()).as(id).isEqualTo(text(call, "text_prev", null));
      form.accept(withoutPrompt(windows.get(i).getAsJsonArray()));
    }
    if (script.has("error") && !script.get("error").isJsonNull()) {
      // ESPnet fails here; we go on.
      assertThat(form.segments()).as(id).isNotEmpty();
      return;
    }
    assertThat(form.next()).as("%s, after the last window", id).isEmpty();
    assertThat(form.segments()).as(id).isEqualTo(segments(script.getAsJsonArray("utterances")));
  }

  /** Window results come with language and task in front. */
  private static int[] withoutPrompt(JsonArray window) {
    return StreamSupport.stream(window.spliterator(), false)
        .skip(2)
        .mapToInt(JsonElement::getAsInt)
        .toArray();
  }

  private static DecodingOptions options(
      int beam, double ctcWeight, double maxLenRatio, JsonObject kwargs, SearchRelease release) {
    return new DecodingOptions(
        beam,
        ctcWeight,
        maxLenRatio,
        0,
        0,
        false,
        false,
        kwargs.has("condition_on_prev_text") && kwargs.get("condition_on_prev_text").getAsBoolean(),
        Double.parseDouble(bare(text(kwargs, "end_time_threshold", "<29.00>"))),
        kwargs.has("skip_last_chunk_threshold")
            ? kwargs.get("skip_last_chunk_threshold").getAsDouble()
            : DecodingOptions.DEFAULTS.skipLastChunkS(),
        release);
  }

  private static List<Segment> segments(JsonArray triples) {
    return StreamSupport.stream(triples.spliterator(), false)
        .map(JsonElement::getAsJsonArray)
        .map(
            triple ->
                new Segment(
                    triple.get(0).getAsDouble(),
                    triple.get(1).getAsDouble(),
                    triple.get(2).getAsString()))
        .toList();
  }

  private static String text(JsonObject object, String key, String absent) {
    JsonElement value = object.get(key);
    return value == null || value.isJsonNull() ? absent : value.getAsString();
  }

  private static String bare(String token) {
    return token.substring(1, token.length() - 1);
  }
}
