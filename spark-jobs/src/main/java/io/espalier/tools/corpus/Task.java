package io.espalier.tools.corpus;

/** The task of a manifest row. */
public enum Task {
  /** The words in the language that is spoken. */
  ASR("asr"),
  /** The words in English. */
  TRANSLATE_TO_ENGLISH("st_eng");

  private final String label;

  Task(String label) {
    this.label = label;
  }

  /** The name in manifests. */
  public String label() {
    return label;
  }
}
