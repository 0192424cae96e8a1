package io.espalier.checkpoint.espnet;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Checks that a token list has the tokens that OWSM's prompts need, under the names that Espalier
 * uses.
 */
final class TokenListCheck {
  private static final String FIRST_TIME = "<0.00>";
  private static final String NO_TIMESTAMPS = "<notimestamps>";
  private static final String NO_LANGUAGE = "<nolang>";
  private static final String LAST_TIME = "<30.00>";

  private TokenListCheck() {}

  /**
   * @param preprocessor ESPnet's {@code preprocessor_conf}, where the symbols are named
   * @param ctcOnly whether it is an OWSM-CTC's, which times nothing and may leave the language open
   */
  static void check(
      EspnetSection root, EspnetSection preprocessor, List<String> tokens, boolean ctcOnly) {
    if (tokens.isEmpty()) {
      root.problem("token_list", root.raw("token_list"), "a list of tokens");
      return;
    }
    preprocessor.only("na_symbol", "<na>", "<na>");
    if (ctcOnly) {
      preprocessor.only("nolang_symbol", NO_LANGUAGE, NO_LANGUAGE);
    } else {
      preprocessor.only("notime_symbol", NO_TIMESTAMPS, NO_TIMESTAMPS);
      preprocessor.only("first_time_symbol", FIRST_TIME, FIRST_TIME);
      Object last = preprocessor.raw("last_time_symbol");
      lastTimestamp(preprocessor, tokens, last == null ? LAST_TIME : last.toString());
    }
    if (!tokens.get(0).equals("<blank>")) {
      root.problem("token_list starts with %s, must start with <blank>".formatted(tokens.get(0)));
    }
    for (String name :
        List.of(
            "<unk>",
            "<na>",
            "<sos>",
            "<eos>",
            "<sop>",
            "<asr>",
            ctcOnly ? NO_LANGUAGE : NO_TIMESTAMPS)) {
      if (!tokens.contains(name)) {
        root.problem("token_list lacks " + name);
      }
    }
    unique(root, tokens);
  }

  /** Timestamps are a run of consecutive ids; ESPnet names its end, Espalier finds it. */
  private static void lastTimestamp(
      EspnetSection preprocessor, List<String> tokens, String expected) {
    int end = tokens.indexOf(FIRST_TIME);
    while (end >= 0 && end + 1 < tokens.size() && isTimestamp(tokens.get(end + 1))) {
      end++;
    }
    String last = end < 0 ? "none" : tokens.get(end);
    if (!last.equals(expected)) {
      preprocessor.problem(
          "last_time_symbol",
          expected,
          "the end of the consecutive timestamps that start with %s, here %s"
              .formatted(FIRST_TIME, last));
    }
  }

  private static boolean isTimestamp(String token) {
    return token.matches("<[0-9]+\\.[0-9]{2}>");
  }

  private static void unique(EspnetSection root, List<String> tokens) {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      if (token.isEmpty() || token.indexOf('\n') >= 0 || token.indexOf('\r') >= 0) {
        root.problem("token_list has an empty or broken token at id " + id);
      }
      Integer before = ids.put(token, id);
      if (before != null) {
        root.problem(
            String.format(Locale.ROOT, "token_list has %s twice, as %d and %d", token, before, id));
      }
    }
  }
}
