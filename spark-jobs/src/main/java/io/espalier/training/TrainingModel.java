package io.espalier.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.GateYaml;
import io.espalier.checkpoint.ModelFiles;
import io.espalier.checkpoint.espnet.EspnetConfig;
import io.espalier.checkpoint.tensors.TensorFile;
import io.espalier.libtorch.Libtorch;
import io.espalier.nn.HostData;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateParameters;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.data.Normalization;
import io.espalier.training.objective.GateSettings;
import io.espalier.training.objective.GateShapes;
import io.espalier.training.objective.InitialGates;
import io.espalier.training.objective.InitialParameters;
import io.espalier.training.objective.ParameterLayout;
import io.espalier.training.recipe.TrainRecipe;
import io.espalier.training.tokenizer.BpeTrainer;
import io.espalier.training.tokenizer.SentencePieceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The model of a training run as it was before the first step, in a directory of the run: its
 * configuration, its tokenizer, its first parameters and the statistics of its features. It is
 * written once and stays, so that a run that goes on begins from the same.
 *
 * @param config the model's shape
 * @param gates shape of the gate predictors, if there are any
 * @param directory holds {@link #configFile} and {@link #bpeModel}
 * @param parameters first values of every parameter and constant, by ESPnet's name
 */
public record TrainingModel(
    OwsmConfig config,
    Optional<GateConfig> gates,
    Path directory,
    Map<String, float[]> parameters) {
  private static final String CONFIG = "config.yaml";
  private static final String BPE_MODEL = "bpe.model";
  private static final String PARAMETERS = "initial.safetensors";
  private static final String GATES = "gates.yaml";

  /** Keeps predictors' first values apart from the network's, which has the recipe's seed too. */
  private static final long GATE_STREAM = 0x2545F4914F6CDD1DL;

  /** ESPnet's configuration. */
  public Path configFile() {
    return directory.resolve(CONFIG);
  }

  /** The SentencePiece model. */
  public Path bpeModel() {
    return directory.resolve(BPE_MODEL);
  }

  /** Whether a run has its model already. */
  public static boolean exists(Path directory) {
    return Files.exists(directory.resolve(PARAMETERS));
  }

  /** Reads what {@link #create} or {@link #of} wrote. */
  public static TrainingModel open(Path directory) throws IOException {
    Path gates = directory.resolve(GATES);
    return new TrainingModel(
        EspnetConfig.read(directory.resolve(CONFIG)),
        Files.exists(gates) ? Optional.of(GateYaml.read(gates)) : Optional.empty(),
        directory,
        TensorFile.read(directory.resolve(PARAMETERS)));
  }

  /**
   * The shape of a model that does not exist yet, as far as it is known without a tokenizer.
   *
   * @param directory receives the configuration, with a token list of special tokens only
   */
  public static OwsmConfig draft(TrainRecipe.Scratch scratch, Path directory) throws IOException {
    Path file = directory.resolve(CONFIG);
    SentencePieceModel empty = new SentencePieceModel(scratch.symbols(), List.of());
    ModelFiles.writeConfig(file, scratch.config(), empty.tokenList());
    return EspnetConfig.read(file);
  }

  /**
   * Makes a model from scratch: a tokenizer over the corpus's texts, statistics of its features,
   * random parameters.
   *
   * @param directory exists
   */
  public static TrainingModel create(
      TrainRecipe recipe, TrainRecipe.Scratch scratch, FeatureStore corpus, Path directory)
      throws IOException {
    Set<String> sentences = new TreeSet<>();
    for (Example example : corpus.examples()) {
      example.texts().forEach((column, text) -> sentences.add(text));
    }
    SentencePieceModel pieces =
        new SentencePieceModel(scratch.symbols(), BpeTrainer.train(sentences, scratch.pieces()));
    pieces.write(directory.resolve(BPE_MODEL));
    ModelFiles.writeConfig(directory.resolve(CONFIG), scratch.config(), pieces.tokenList());
    OwsmConfig config = EspnetConfig.read(directory.resolve(CONFIG));
    Map<String, float[]> parameters = new TreeMap<>(InitialParameters.draw(config, recipe.seed()));
    Normalization normalization = Normalization.of(corpus);
    parameters.put(OwsmParameters.MEAN, normalization.mean());
    parameters.put(OwsmParameters.STD, normalization.std());
    return begin(recipe, config, Optional.empty(), corpus, directory, parameters);
  }

  /** Adds gate predictors if the recipe asks for some, and writes everything down. */
  private static TrainingModel begin(
      TrainRecipe recipe,
      OwsmConfig config,
      Optional<GateConfig> there,
      FeatureStore corpus,
      Path directory,
      Map<String, float[]> parameters)
      throws IOException {
    Optional<GateConfig> gates = Optional.empty();
    Map<String, float[]> first = Map.of();
    if (recipe.gates().orElse(null) instanceof GateSettings.Learned learned) {
      GateConfig shape = GateShapes.of(learned, config, corpus);
      GateYaml.write(directory.resolve(GATES), shape);
      first = InitialGates.draw(shape, config, learned.spread(), recipe.seed() ^ GATE_STREAM);
      gates = Optional.of(shape);
    }
    if (gates.isEmpty() || !gates.equals(there)) {
      parameters.keySet().removeIf(name -> name.startsWith(GateParameters.PREFIX));
      parameters.putAll(first);
    }
    TensorFile.write(directory.resolve(PARAMETERS), parameters);
    return new TrainingModel(config, gates, directory, parameters);
  }

  /**
   * Takes a bundle's model, to be trained further. Its gate predictors stay if they have the shape
   * that the recipe asks for.
   *
   * @param directory exists
   */
  public static TrainingModel of(
      TrainRecipe recipe, Bundle bundle, FeatureStore corpus, Path directory) throws IOException {
    Files.copy(bundle.directory().resolve(CONFIG), directory.resolve(CONFIG));
    Files.copy(bundle.bpeModel(), directory.resolve(BPE_MODEL));
    return begin(recipe, bundle.config(), bundle.gates(), corpus, directory, parameters(bundle));
  }

  /** A bundle's model as it is, all modules open. */
  static TrainingModel dense(Bundle bundle) throws IOException {
    return new TrainingModel(
        bundle.config(), Optional.empty(), bundle.directory(), parameters(bundle));
  }

  private static Map<String, float[]> parameters(Bundle bundle) throws IOException {
    Map<String, float[]> parameters = new TreeMap<>();
    try (NDManager manager = Libtorch.newManager(Device.cpu())) {
      Weights weights = bundle.loadWeights(manager);
      for (String name : weights.names()) {
        parameters.put(name, weights.get(name).toFloatArray());
      }
    }
    return parameters;
  }

  /** What features are normalised by. */
  Normalization normalization() {
    if (config.globalMvn()) {
      return new Normalization(
          parameters.get(OwsmParameters.MEAN), parameters.get(OwsmParameters.STD));
    }
    int mels = config.frontend().nMels();
    float[] ones = new float[mels];
    Arrays.fill(ones, 1);
    return new Normalization(new float[mels], ones);
  }

  /** The first values of one of the two vectors of a layout. */
  public float[] vector(ParameterLayout layout, boolean trained) {
    long size = trained ? layout.trainedSize() : layout.fixedSize();
    float[] vector = new float[Math.toIntExact(size)];
    for (ParameterLayout.Slot slot : layout.slots()) {
      if (slot.trained() == trained) {
        float[] values = parameters.get(slot.name());
        System.arraycopy(values, 0, vector, (int) slot.offset(), values.length);
      }
    }
    return vector;
  }

  /** All parameters and constants with these trained ones. */
  Map<String, float[]> with(ParameterLayout layout, float[] trained) {
    Map<String, float[]> all = new LinkedHashMap<>(parameters);
    for (ParameterLayout.Slot slot : layout.slots()) {
      if (slot.trained()) {
        int start = (int) slot.offset();
        int end = start + (int) slot.shape().size();
        all.put(slot.name(), Arrays.copyOfRange(trained, start, end));
      }
    }
    return all;
  }

  /** The same as arrays for the inference code, owned by {@code manager}. */
  Weights weights(NDManager manager, ParameterLayout layout, float[] trained) {
    Map<String, Shape> shapes = new HashMap<>(OwsmParameters.expected(config));
    gates.ifPresent(own -> shapes.putAll(GateParameters.expected(own, config)));
    Map<String, NDArray> arrays = new HashMap<>();
    with(layout, trained)
        .forEach(
            (name, values) -> arrays.put(name, HostData.of(manager, values, shapes.get(name))));
    return new Weights(manager, arrays);
  }
}
