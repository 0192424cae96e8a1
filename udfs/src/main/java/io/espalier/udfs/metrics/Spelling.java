package io.espalier.udfs.metrics;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** British spellings made American, from the list that Whisper's English normaliser uses. */
final class Spelling {
  private static final String RESOURCE = "english-spellings.tsv";

  private final Map<String, String> american;

  private Spelling(Map<String, String> american) {
    this.american = american;
  }

  /**
   * Reads the list that is packed with this class.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  static Spelling load() {
    Map<String, String> american = new HashMap<>();
    try (InputStream stream = Spelling.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IOException("Cannot find resource: " + RESOURCE);
      }
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        int tab = line.indexOf('\t');
        american.put(line.substring(0, tab), line.substring(tab + 1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Spelling(Map.copyOf(american));
  }

  /** The words of a text, each as America writes it, with single spaces between them. */
  String standardize(String text) {
    List<String> words = PythonText.split(text);
    words.replaceAll(word -> american.getOrDefault(word, word));
    return String.join(" ", words);
  }
}
