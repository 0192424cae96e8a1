package io.espalier.search;

import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateChoice;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.SearchRelease;
import java.util.Locale;
import java.util.Map;

/**
 * Decoding options as DJL's {@code Criteria.optArgument} carries them, under the names of {@code
 * espalier transcribe}. Other keys are DJL's own and are left alone.
 *
 * @param language of inputs that name none, or null to identify it
 * @param task of inputs that name none
 */
record DecodingArguments(
    DecodingOptions options,
    GateChoice gates,
    Padding padding,
    double batchSeconds,
    String language,
    String task) {
  private static final double BATCH_SECONDS = 240;

  /**
   * @throws IllegalArgumentException naming a value that cannot be used
   */
  static DecodingArguments of(Map<String, ?> arguments) {
    DecodingOptions absent = DecodingOptions.DEFAULTS;
    DecodingOptions options =
        new DecodingOptions(
            (int) number(arguments, "beam", absent.beam()),
            number(arguments, "ctc-weight", absent.ctcWeight()),
            number(arguments, "maxlenratio", absent.maxLenRatio()),
            number(arguments, "minlenratio", absent.minLenRatio()),
            number(arguments, "penalty", absent.penalty()),
            flag(arguments, "normalize-length", absent.normalizeLength()),
            flag(arguments, "timestamps", absent.timestamps()),
            flag(arguments, "condition-on-prev-text", absent.conditionOnPrevText()),
            number(arguments, "end-time-threshold-s", absent.endTimeThresholdS()),
            number(arguments, "skip-last-chunk-s", absent.skipLastChunkS()),
            search(text(arguments, "search", "espnet-202611")));
    String language = text(arguments, "language", "auto");
    return new DecodingArguments(
        options,
        GateChoice.parse(
            text(arguments, "gates", GateChoice.Learned.DEFAULTS.text()),
            new GateChoice.Learned(
                ContextKind.setOf(text(arguments, "gate-context", "all")),
                number(arguments, "target-sparsity", GateChoice.Learned.DEFAULTS.target()))),
        padding(text(arguments, "pad", "full")),
        number(arguments, "batch-seconds", BATCH_SECONDS),
        language.equals("auto") ? null : language,
        text(arguments, "task", "asr"));
  }

  private static Padding padding(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "full" -> Padding.FULL;
      case "none" -> Padding.NONE;
      default ->
          throw new IllegalArgumentException("Invalid pad: " + name + ", must be full or none");
    };
  }

  private static SearchRelease search(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "espnet-202611" -> SearchRelease.ESPNET_202611;
      case "espnet-202511" -> SearchRelease.ESPNET_202511;
      default ->
          throw new IllegalArgumentException(
              "Invalid search: " + name + ", must be espnet-202611 or espnet-202511");
    };
  }

  private static double number(Map<String, ?> arguments, String key, double absent) {
    String value = text(arguments, key, String.valueOf(absent));
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Invalid " + key + ": " + value + ", not a number", e);
    }
  }

  private static boolean flag(Map<String, ?> arguments, String key, boolean absent) {
    String value = text(arguments, key, String.valueOf(absent));
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "Invalid " + key + ": " + value + ", must be true or false");
    };
  }

  private static String text(Map<String, ?> arguments, String key, String absent) {
    Object value = arguments.get(key);
    return value == null ? absent : value.toString();
  }
}
