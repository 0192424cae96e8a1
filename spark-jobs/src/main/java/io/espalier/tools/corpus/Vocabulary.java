package io.espalier.tools.corpus;

import java.util.Locale;

/** Which sentences a corpus is made of. */
public enum Vocabulary {
  /** A few hundred words: enough for a first model to learn the sounds. */
  SIMPLE("grammar.yaml"),
  /** Thousands of words, names and numbers, in freer sentences. */
  VARIED("varied-grammar.yaml");

  private final String resource;

  Vocabulary(String resource) {
    this.resource = resource;
  }

  /** The file of its grammar, beside this class. */
  String resource() {
    return resource;
  }

  /** The name in recipes. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
