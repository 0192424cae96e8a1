package io.espalier.udfs.metrics;

import java.util.List;
import java.util.Locale;

/** sacreBLEU's tokenisers that need no model. */
public enum BleuTokenizer {
  /** mteval-v13a, as WMT uses it. */
  MTEVAL_13A("13a") {
    @Override
    List<String> tokens(String line) {
      String plain = line.replace("<skipped>", "").replace("-\n", "").replace('\n', ' ');
      if (plain.indexOf('&') >= 0) {
        plain =
            plain
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
      }
      return PythonText.split(WesternTokens.separate(' ' + plain + ' '));
    }
  },
  /** mteval-v14 international: Unicode's punctuation and symbols. */
  INTERNATIONAL("intl") {
    @Override
    List<String> tokens(String line) {
      return PythonText.split(InternationalTokens.separate(line));
    }
  },
  /** Every character a token. */
  CHARACTERS("char") {
    @Override
    List<String> tokens(String line) {
      return PythonText.withoutSpace(line).codePoints().mapToObj(Character::toString).toList();
    }
  },
  /** Every Chinese character a token, the rest as Western text. */
  CHINESE("zh") {
    @Override
    List<String> tokens(String line) {
      return PythonText.split(
          WesternTokens.separate(ChineseCharacters.separate(PythonText.strip(line))));
    }
  },
  /** White space only. */
  NONE("none") {
    @Override
    List<String> tokens(String line) {
      return PythonText.split(line);
    }
  };

  private final String label;

  BleuTokenizer(String label) {
    this.label = label;
  }

  /** The name that sacreBLEU gives it, as in its signature. */
  public String label() {
    return label;
  }

  abstract List<String> tokens(String line);

  /**
   * Finds a tokeniser by sacreBLEU's name, in any case.
   *
   * @throws IllegalArgumentException if there is none; the message lists all
   */
  public static BleuTokenizer named(String name) {
    for (BleuTokenizer tokenizer : values()) {
      if (tokenizer.label.equals(name.toLowerCase(Locale.ROOT))) {
        return tokenizer;
      }
    }
    throw new IllegalArgumentException(
        "Cannot find BLEU tokenizer: %s, must be one of 13a, intl, char, zh, none".formatted(name));
  }
}
