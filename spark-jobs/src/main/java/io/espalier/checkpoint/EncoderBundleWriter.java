package io.espalier.checkpoint;

import ai.djl.ndarray.types.Shape;
import io.espalier.checkpoint.espnet.EcapaYaml;
import io.espalier.checkpoint.espnet.SpeakerYaml;
import io.espalier.checkpoint.tensors.ElementType;
import io.espalier.checkpoint.tensors.SafetensorsWriter;
import io.espalier.checkpoint.tensors.TensorType;
import io.espalier.context.EncoderKind;
import io.espalier.context.SpeakerConfig;
import io.espalier.files.MalformedFileException;
import io.espalier.files.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a bundle of one context encoder that was trained here. */
public final class EncoderBundleWriter {
  private EncoderBundleWriter() {}

  /**
   * Checks the configuration of an ECAPA-TDNN.
   *
   * @param file is written
   * @param config ESPnet-SPK's keys
   * @throws MalformedFileException with all values that are not supported
   */
  public static SpeakerConfig shape(Path file, Map<String, Object> config) throws IOException {
    YamlFile.write(file, new LinkedHashMap<>(config));
    return SpeakerYaml.read(file);
  }

  /**
   * Writes the bundle, whole or not at all.
   *
   * @param target must not exist, be empty, or hold a bundle
   * @param config ESPnet-SPK's keys
   * @param classes that an event encoder tells apart; their centres are {@code loss.weight}
   * @param parameters by ESPnet's names
   * @param card for people
   */
  public static ContextBundle write(
      Path target,
      EncoderKind kind,
      Map<String, Object> config,
      List<String> classes,
      Map<String, float[]> parameters,
      Map<String, ?> card)
      throws IOException {
    boolean event = kind == EncoderKind.EVENT;
    String model = ContextBundle.model(kind);
    String yaml = ContextBundle.config(kind);
    Map<String, Object> values = new LinkedHashMap<>();
    if (event) {
      values.put(EcapaYaml.ARCHITECTURE, EcapaYaml.ECAPA);
      values.put(EcapaYaml.CLASSES, classes);
    }
    values.putAll(config);
    try (NewDirectory directory = NewDirectory.beside(target, true)) {
      Path file = directory.path().resolve(yaml);
      YamlFile.write(file, values);
      Map<String, TensorType> tensors = new LinkedHashMap<>();
      Map<String, Shape> shapes = EcapaYaml.read(file).parameters();
      shapes.forEach(
          (name, shape) -> {
            if (parameters.containsKey(name)) {
              tensors.put(name, new TensorType(ElementType.FLOAT32, shape));
            }
          });
      SafetensorsWriter.write(directory.path().resolve(model), tensors, parameters::get);
      Map<String, Object> whole = ModelCard.of(String.valueOf(card.get("name")));
      Map<String, Object> entry = new LinkedHashMap<>(card);
      entry.put("architecture", EcapaYaml.ECAPA);
      whole.put(kind.key(), entry);
      Files.createDirectories(directory.path());
      BundleManifest.write(directory.path(), BundleManifest.CONTEXT, whole, List.of(model, yaml));
      directory.commit();
    }
    return ContextBundle.open(target);
  }
}
