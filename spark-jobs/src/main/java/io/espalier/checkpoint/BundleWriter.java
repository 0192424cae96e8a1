package io.espalier.checkpoint;

import ai.djl.ndarray.types.Shape;
import io.espalier.checkpoint.espnet.EspnetConfig;
import io.espalier.checkpoint.tensors.ElementType;
import io.espalier.checkpoint.tensors.SafetensorsWriter;
import io.espalier.checkpoint.tensors.TensorType;
import io.espalier.conf.UsageException;
import io.espalier.nn.Precision;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import io.espalier.owsm.Tokenizer;
import io.espalier.pruning.ClosedModules;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateParameters;
import io.espalier.pruning.GateSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes a bundle from parameters in memory, such as trained ones. */
public final class BundleWriter {
  private static final Set<String> VOCABULARY =
      Set.of(
          "decoder.embed.0.weight",
          "decoder.output_layer.weight",
          "embed.weight",
          "ctc.ctc_lo.weight");

  private final Path configFile;
  private final Path bpeModel;
  private final OwsmConfig config;

  /**
   * @param configFile ESPnet's {@code config.yaml} of the model
   * @param bpeModel its SentencePiece model
   */
  public BundleWriter(Path configFile, Path bpeModel) throws IOException {
    this.configFile = configFile;
    this.bpeModel = bpeModel;
    this.config = EspnetConfig.read(configFile);
  }

  /**
   * Writes a bundle, whole or not at all.
   *
   * @param target must not exist, be empty, or hold a bundle when {@code options} say overwrite
   * @param gates shape of the gate predictors, whose parameters are among the others
   * @param fixed the only modules to write; empty for all
   * @param parameters every parameter under ESPnet's name, row-major; the mel matrix may be absent
   * @param source where the parameters come from, for the model card
   * @return the new bundle, opened and thereby checked
   */
  public Bundle write(
      Path target,
      Optional<GateConfig> gates,
      Optional<GateSet> fixed,
      Map<String, float[]> parameters,
      ImportOptions options,
      Map<String, ?> source)
      throws IOException {
    try (NewDirectory directory = NewDirectory.beside(target, options.overwrite())) {
      fill(directory.path(), gates, fixed, parameters, options, source);
      directory.commit();
    }
    return Bundle.open(target);
  }

  private void fill(
      Path directory,
      Optional<GateConfig> gates,
      Optional<GateSet> fixed,
      Map<String, float[]> parameters,
      ImportOptions options,
      Map<String, ?> source)
      throws IOException {
    Map<String, TensorType> model = new LinkedHashMap<>();
    Map<String, TensorType> statistics = new LinkedHashMap<>();
    Set<String> closed = ClosedModules.parameters(config, fixed);
    long count = 0;
    for (Map.Entry<String, Shape> entry : OwsmParameters.expected(config).entrySet()) {
      String name = entry.getKey();
      if (!parameters.containsKey(name) || closed.contains(name)) {
        continue;
      }
      if (name.equals(OwsmParameters.MEAN) || name.equals(OwsmParameters.STD)) {
        statistics.put(name, new TensorType(ElementType.FLOAT32, entry.getValue()));
      } else {
        ElementType type = storedType(name, entry.getValue(), options.precision());
        model.put(name, new TensorType(type, entry.getValue()));
        count += OwsmParameters.OPTIONAL.contains(name) ? 0 : entry.getValue().size();
      }
    }
    List<String> files = new ArrayList<>(List.of(Bundle.MODEL));
    SafetensorsWriter.write(directory.resolve(Bundle.MODEL), model, parameters::get);
    if (config.globalMvn()) {
      files.add(Bundle.STATS);
      SafetensorsWriter.write(directory.resolve(Bundle.STATS), statistics, parameters::get);
    }
    if (gates.isPresent()) {
      Map<String, TensorType> predictors = new LinkedHashMap<>();
      GateParameters.expected(gates.get(), config)
          .forEach(
              (name, shape) -> predictors.put(name, new TensorType(ElementType.FLOAT32, shape)));
      SafetensorsWriter.write(directory.resolve(Bundle.GATES), predictors, parameters::get);
      GateYaml.write(directory.resolve(Bundle.GATES_CONFIG), gates.get());
      files.addAll(List.of(Bundle.GATES, Bundle.GATES_CONFIG));
    }
    if (fixed.isPresent()) {
      FixedGatesYaml.write(directory, fixed.get());
      files.add(FixedGatesYaml.NAME);
    }
    files.addAll(describe(directory, configFile, bpeModel, config.tokens()));
    Map<String, Object> card = ModelCard.of(options.name(), count, options);
    card.put("source", new LinkedHashMap<>(source));
    BundleManifest.write(directory, BundleManifest.kindOf(config), card, files);
  }

  /**
   * Writes everything but the parameters.
   *
   * @throws UsageException if {@code bpeModel} is no SentencePiece model
   * @return the names of the files
   */
  public static List<String> describe(
      Path directory, Path configFile, Path bpeModel, List<String> tokens) throws IOException {
    Tokenizer.require(bpeModel);
    Files.copy(configFile, directory.resolve(Bundle.CONFIG));
    Files.copy(bpeModel, directory.resolve(Bundle.BPE_MODEL));
    Files.writeString(
        directory.resolve(Bundle.TOKENS), Bundle.tokenLines(tokens), StandardCharsets.UTF_8);
    ServingProperties.write(directory);
    return List.of(Bundle.CONFIG, Bundle.BPE_MODEL, Bundle.TOKENS, ServingProperties.NAME);
  }

  /**
   * The type in which a parameter is stored. Vectors are a thousandth of a model, and the mel
   * matrix is no weight: both stay exact. bfloat16 and int8 also leave exact what those precisions
   * compute in float32: the vocabulary's matrices and the depthwise convolutions, and int8 all
   * convolutions.
   */
  public static ElementType storedType(String name, Shape shape, Precision precision) {
    int dimensions = shape.dimension();
    boolean exact = dimensions < 2 || name.equals(OwsmParameters.MEL_MATRIX);
    boolean computedExactly = exact || dimensions == 3 || VOCABULARY.contains(name);
    return switch (precision) {
      case FLOAT32 -> ElementType.FLOAT32;
      case FLOAT16 -> exact ? ElementType.FLOAT32 : ElementType.FLOAT16;
      case BFLOAT16 -> computedExactly ? ElementType.FLOAT32 : ElementType.BFLOAT16;
      case INT8 -> computedExactly || dimensions > 2 ? ElementType.FLOAT32 : ElementType.INT8;
    };
  }
}
