package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.checkpoint.Bundle;
import io.espalier.conf.UsageException;
import io.espalier.nn.Precision;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Outcome.Segment;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.beam.DecodingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The demo model has no tokens for timestamps. */
class UntimedModelTest {
  private static final Path DEMO = Path.of("src/main/demo");

  private static LoadedOwsm owsm;

  @BeforeAll
  static void open() throws Exception {
    owsm = Bundle.open(DEMO.resolve("bundle")).load(Device.cpu(), Precision.FLOAT32);
  }

  @AfterAll
  static void close() {
    owsm.close();
  }

  @Test
  void aLongRecordingSaysWhatItsWindowsSay() throws Exception {
    float[] samples = recordings();
    int window = owsm.model().config().windowSamples();
    assertThat(samples.length).isGreaterThan(2 * window);
    List<Utterance> rows = new ArrayList<>();
    rows.add(utterance("whole", samples));
    for (int start = 0; start < samples.length; start += window) {
      int end = Math.min(start + window, samples.length);
      rows.add(utterance("at " + start, Arrays.copyOfRange(samples, start, end)));
    }
    Map<String, Transcribed> outcomes = transcribe(rows);
    List<String> parts = rows.stream().skip(1).map(row -> outcomes.get(row.id()).text()).toList();
    Transcribed whole = outcomes.get("whole");
    assertThat(whole.segments().stream().map(Segment::text).map(String::strip).toList())
        .isEqualTo(parts);
    assertThat(whole.text()).isEqualTo(String.join(" ", parts)).doesNotContain("<");
  }

  @Test
  void timestampsCannotBeAskedFor() {
    DecodingOptions timed = new DecodingOptions(1, 0, 0, 0, 0, false, true, false, 29.0, 0.2);
    assertThatThrownBy(() -> owsm.transcriber(decoding(timed)))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot use --timestamps: the model has no tokens for them. Leave it out");
  }

  private static Map<String, Transcribed> transcribe(List<Utterance> rows) {
    DecodingOptions greedy = new DecodingOptions(1, 0, 0, 0, 0, false, false, false, 29.0, 0.2);
    Map<String, Transcribed> outcomes = new HashMap<>();
    try (OwsmTranscriber transcriber = owsm.transcriber(decoding(greedy))) {
      Iterator<Outcome> all = transcriber.transcribe(rows.iterator());
      while (all.hasNext()) {
        Outcome outcome = all.next();
        assertThat(outcome).isInstanceOf(Transcribed.class);
        outcomes.put(outcome.id(), (Transcribed) outcome);
      }
    }
    return outcomes;
  }

  private static Decoding decoding(DecodingOptions options) {
    GateChoice gates = new GateChoice.Learned(ContextKind.setOf("none"), Double.NaN);
    return new Decoding(options, gates, Padding.FULL, 120);
  }

  private static Utterance utterance(String id, float[] samples) {
    return new Utterance(id, samples, "eng", "asr", null);
  }

  /** The demo's WAV recordings in English, one after another. */
  private static float[] recordings() throws Exception {
    float[] all = new float[0];
    try (AudioDecoder decoder = new AudioDecoder(AudioLimits.defaults(), 1);
        Stream<Path> files = Files.list(DEMO.resolve("audio"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".wav")).sorted().toList()) {
        float[] next = decoder.decode(Files.readAllBytes(file)).samples();
        int before = all.length;
        all = Arrays.copyOf(all, before + next.length);
        System.arraycopy(next, 0, all, before, next.length);
      }
    }
    return all;
  }
}
