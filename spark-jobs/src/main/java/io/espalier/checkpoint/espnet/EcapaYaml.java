package io.espalier.checkpoint.espnet;

import ai.djl.ndarray.types.Shape;
import io.espalier.conf.Fields;
import io.espalier.context.SpeakerConfig;
import io.espalier.context.SpeakerParameters;
import io.espalier.files.MalformedFileException;
import io.espalier.files.YamlFile;
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
    return ECAPA.equals(YamlFile.read(file).get(ARCHITECTURE));
  }

  /** Reads the shape and the classes. */
  public static EcapaYaml read(Path file) throws IOException {
    Fields fields = Fields.of("Cannot read " + file, YamlFile.read(file)).ignoreOthers();
    List<String> classes = fields.has(CLASSES) ? fields.strings(CLASSES) : List.of();
    fields.finish(MalformedFileException::new);
    return new EcapaYaml(SpeakerYaml.read(file), classes);
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
