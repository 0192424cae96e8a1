package io.espalier.checkpoint;

import io.espalier.checkpoint.espnet.ConfigYaml;
import io.espalier.files.MalformedFileException;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateConfig.Range;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code gates.yaml}: the shape of a bundle's gate predictors. */
public final class GateYaml {
  private GateYaml() {}

  /** Writes a shape. */
  public static void write(Path file, GateConfig config) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("contexts", config.contexts().stream().sorted().map(ContextKind::key).toList());
    values.put("speaker_size", config.speakerSize());
    values.put("event_size", config.eventSize());
    values.put("languages", config.languages());
    values.put("tasks", config.tasks());
    values.put("projection", config.projection());
    values.put("hidden", config.hidden());
    values.put("encoder_targets", List.of(config.encoder().low(), config.encoder().high()));
    values.put("decoder_targets", List.of(config.decoder().low(), config.decoder().high()));
    values.put("target", config.target());
    ConfigYaml.write(file, values);
  }

  /**
   * Reads a shape.
   *
   * @throws MalformedFileException if it is not one
   */
  public static GateConfig read(Path file) throws IOException {
    Map<String, Object> values = ConfigYaml.read(file);
    try {
      return new GateConfig(
          ContextKind.setOf(strings(values, "contexts")),
          number(values, "speaker_size").intValue(),
          number(values, "event_size").intValue(),
          strings(values, "languages"),
          strings(values, "tasks"),
          number(values, "projection").intValue(),
          number(values, "hidden").intValue(),
          range(values, "encoder_targets"),
          range(values, "decoder_targets"),
          number(values, "target").doubleValue());
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Number number(Map<String, Object> values, String key) {
    if (values.get(key) instanceof Number number) {
      return number;
    }
    throw wrong(values, key, "a number");
  }

  private static List<String> strings(Map<String, Object> values, String key) {
    if (!(values.get(key) instanceof List<?> list)) {
      throw wrong(values, key, "a list");
    }
    List<String> strings = new ArrayList<>();
    list.forEach(item -> strings.add(String.valueOf(item)));
    return strings;
  }

  private static Range range(Map<String, Object> values, String key) {
    if (values.get(key) instanceof List<?> list
        && list.size() == 2
        && list.get(0) instanceof Number low
        && list.get(1) instanceof Number high) {
      return new Range(low.doubleValue(), high.doubleValue());
    }
    throw wrong(values, key, "two numbers");
  }

  private static IllegalArgumentException wrong(
      Map<String, Object> values, String key, String expected) {
    return new IllegalArgumentException(
        "%s is %s, must be %s".formatted(key, values.get(key), expected));
  }
}
