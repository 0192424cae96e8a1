package io.espalier.udfs.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A hypothesis, its references, and what JiWER 4.0.0, sacreBLEU 2.6.0 and openai-whisper 20250625
 * under Python 3.11 make of them.
 */
public record GoldenRow(
    String language, List<String> references, String hypothesis, JsonNode made) {

  /** All of them, in English, German, French, Italian and Chinese, huge and empty ones too. */
  public static List<GoldenRow> all() {
    List<GoldenRow> rows = new ArrayList<>();
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(GoldenRow.class.getResourceAsStream("golden-rows.jsonl.gz")),
                StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        JsonNode node = mapper.readTree(line);
        List<String> references = new ArrayList<>();
        node.get("refs").forEach(reference -> references.add(reference.textValue()));
        rows.add(
            new GoldenRow(
                node.get("lang").textValue(), references, node.get("hyp").textValue(), node));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** The first reference. */
  public String reference() {
    return references.get(0);
  }

  /** A number, such as {@code wer}, or one of a list, such as {@code bleu} at 2. */
  public double number(String name, int... index) {
    return node(name, index).doubleValue();
  }

  /** A list of counts. */
  public long[] counts(String name, int... index) {
    JsonNode node = node(name, index);
    long[] counts = new long[node.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = node.get(i).longValue();
    }
    return counts;
  }

  /** A text. */
  public String text(String name) {
    return made.get(name).textValue();
  }

  private JsonNode node(String name, int... index) {
    JsonNode node = made.get(name);
    for (int i : index) {
      node = node.get(i);
    }
    return node;
  }
}
