package io.espalier.udfs.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** British spellings made American, from the list that Whisper's English normaliser uses. */
final class Spelling {
  private final Map<String, String> american = new HashMap<>();

  /** Reads the list that is packed with this class. */
  Spelling() {
    for (String[] line : Resources.tabSeparated("english-spellings.tsv")) {
      american.put(line[0], line[1]);
    }
  }

  /** The words of a text, each as America writes it, with single spaces between them. */
  String standardize(String text) {
    List<String> words = PythonText.split(text);
    words.replaceAll(word -> american.getOrDefault(word, word));
    return String.join(" ", words);
  }
}
