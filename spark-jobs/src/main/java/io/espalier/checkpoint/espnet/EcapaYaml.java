package io.espalier.checkpoint.espnet;

import ai.djl.ndarray.types.Shape;
import io.espalier.context.SpeakerConfig;
import io.espalier.context.SpeakerParameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An ECAPA-TDNN that serves as an event encoder: ESPnet-SPK's keys, and the classes that it tells
 * apart.
 *
 * @param classes in the order of their centres; empty for a speaker encoder
 */
public record EcapaYaml(SpeakerConfig config, List<String> classes) {
  public static final String ARCHITECTURE = "architecture";
  public static final String ECAPA = "ecapa_tdnn";
  public static final String CLASSES = "classes";

  /** The classes' centres. */
  public static final String CENTRES = "loss.weight";

  /** Whether a configuration is one of these. */
  public static boolean isOne(Path file) throws IOException {
    return ECAPA.equals(ConfigYaml.read(file).get(ARCHITECTURE));
  }

  public static EcapaYaml read(Path file) throws IOException {
    Object classes = ConfigYaml.read(file).get(CLASSES);
    List<String> names =
        classes instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
    return new EcapaYaml(SpeakerYaml.read(file), names);
  }

  /** What the encoder's file holds. */
  public Map<String, Shape> parameters() {
    Map<String, Shape> shapes = new LinkedHashMap<>(SpeakerParameters.expected(config));
    if (!classes.isEmpty()) {
      shapes.put(CENTRES, new Shape(classes.size(), config.embeddingSize()));
    }
    return shapes;
  }
}
