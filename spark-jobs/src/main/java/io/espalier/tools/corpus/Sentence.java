package io.espalier.tools.corpus;

import java.util.Map;

/**
 * One sentence in every language of the grammar.
 *
 * @param template id of the template that it came from
 * @param texts ISO 639-3 code to wording: lower-case words separated by single spaces
 */
public record Sentence(String template, Map<String, String> texts) {
  static final String ENGLISH = "eng";

  public Sentence {
    texts = Map.copyOf(texts);
  }

  /** The wording in one language. */
  public String text(String language) {
    String text = texts.get(language);
    if (text == null) {
      throw new IllegalArgumentException(
          "Cannot say template %s in language %s: the grammar has %s"
              .formatted(template, language, texts.keySet()));
    }
    return text;
  }

  /** The English wording: the reference translation of all other languages. */
  public String english() {
    return text(ENGLISH);
  }

  /** The split that the English wording decides. */
  public Split split() {
    return Split.of(english());
  }
}
