package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.SearchRelease;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Decoding options as DJL's arguments. */
class DecodingArgumentsTest {
  @Test
  void withoutArgumentsTheDefaultsHold() {
    assertThat(DecodingArguments.of(Map.of()).options()).isEqualTo(DecodingOptions.DEFAULTS);
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
    assertThat(DecodingArguments.of(arguments).options())
        .isEqualTo(
            new DecodingOptions(
                3, 0.25, -30, 0.1, 0.5, true, false, true, 25, 0.5, SearchRelease.ESPNET_202511));
  }

  @Test
  void aSearchThatIsNoneIsNamed() {
    assertThatThrownBy(() -> DecodingArguments.of(Map.of("search", "espnet-202410")))
        .hasMessage("Invalid search: espnet-202410, must be espnet-202611 or espnet-202511");
  }
}
