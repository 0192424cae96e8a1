package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateChoice;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.SearchRelease;
import io.espalier.spark.session.SessionConf;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Decoding options as DJL's arguments. */
class DecodingArgumentsTest {
  @Test
  void withoutArgumentsTheDefaultsHold() {
    assertThat(DecodingArguments.of(Map.of()).decoding()).isEqualTo(Decoding.DEFAULTS);
  }

  @Test
  void everyDecodingOptionIsAnArgument() {
    Map<String, String> arguments =
        Map.ofEntries(
            Map.entry("beam", "3"),
            Map.entry("ctc-weight", "0.25"),
            Map.entry("maxlenratio", "-30"),
            Map.entry("minlenratio", "0.1"),
            Map.entry("penalty", "0.5"),
            Map.entry("normalize-length", "true"),
            Map.entry("timestamps", "false"),
            Map.entry("condition-on-prev-text", "true"),
            Map.entry("end-time-threshold-s", "25"),
            Map.entry("skip-last-chunk-s", "0.5"),
            Map.entry("search", "espnet-202511"));
    assertThat(arguments).hasSize(DecodingOptions.class.getRecordComponents().length);
    assertThat(DecodingArguments.of(arguments).decoding().options())
        .isEqualTo(
            new DecodingOptions(
                3, 0.25, -30, 0.1, 0.5, true, false, true, 25, 0.5, SearchRelease.ESPNET_202511));
  }

  @Test
  void argumentsAndOptionsOfACommandAreReadAlike() {
    Map<String, String> given =
        Map.of(
            "gates", "random:0.5/0.60:7",
            "gate-context", "speaker,task",
            "target-sparsity", "0.3",
            "pad", "none",
            "batch-seconds", "90",
            "beam", "2");
    Decoding decoding = DecodingArguments.of(given).decoding();
    assertThat(decoding).isEqualTo(Decoding.of(SessionConf.of(Map.of(), given)::get));
    assertThat(decoding.gates()).isEqualTo(new GateChoice.Random("random:0.5/0.60:7"));
    assertThat(decoding.padding()).isEqualTo(Padding.NONE);
    assertThat(decoding.batchSeconds()).isEqualTo(90);
    Map<String, String> learned = Map.of("gate-context", "speaker,task", "target-sparsity", "0.3");
    assertThat(DecodingArguments.of(learned).decoding().gates())
        .isEqualTo(new GateChoice.Learned(Set.of(ContextKind.SPEAKER, ContextKind.TASK), 0.3));
  }

  @Test
  void argumentsMayBeNumbersAndFlags() {
    Map<String, Object> arguments =
        Map.of("beam", 3, "maxlenratio", -20.0, "ctc-weight", 0.5f, "normalize-length", true);
    DecodingOptions options = DecodingArguments.of(arguments).decoding().options();
    assertThat(options.beam()).isEqualTo(3);
    assertThat(options.maxLenRatio()).isEqualTo(-20);
    assertThat(options.ctcWeight()).isEqualTo(0.5);
    assertThat(options.normalizeLength()).isTrue();
    assertThat(DecodingArguments.of(Map.of("beam", 3.0)).decoding().options().beam()).isEqualTo(3);
  }

  @Test
  void gatesThatAreNoneAreNamed() {
    assertThatThrownBy(() -> DecodingArguments.of(Map.of("gates", "closed")))
        .hasMessageStartingWith("Invalid gates: closed, must be learned, open, ");
    assertThatThrownBy(() -> DecodingArguments.of(Map.of("target-sparsity", "much")))
        .hasMessage("Invalid target-sparsity: much, must be number in [0.0, 1.0]");
  }

  @Test
  void aSearchThatIsNoneIsNamed() {
    assertThatThrownBy(() -> DecodingArguments.of(Map.of("search", "espnet-202410")))
        .hasMessage("Invalid search: espnet-202410, must be one of espnet-202611, espnet-202511");
  }

  @Test
  void framesGoOnlyWhereAllModulesRun() {
    assertThat(
            DecodingArguments.of(Map.of("gates", "open", "frames", "drop:0.4@2"))
                .decoding()
                .frames())
        .isEqualTo(FrameChoice.parse("drop:0.4@2"));
    assertThatThrownBy(() -> DecodingArguments.of(Map.of("frames", "merge:0.4@2")))
        .hasMessage(
            "Cannot reduce frames with gates learned: --frames merge:0.4@2 needs all modules. Add"
                + " --gates open");
  }
}
