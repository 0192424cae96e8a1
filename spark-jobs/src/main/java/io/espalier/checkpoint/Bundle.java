package io.espalier.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.checkpoint.espnet.EspnetConfig;
import io.espalier.checkpoint.tensors.ParameterCheck;
import io.espalier.checkpoint.tensors.SafetensorsFile;
import io.espalier.checkpoint.tensors.TensorType;
import io.espalier.conf.UsageException;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Utf8Text;
import io.espalier.libtorch.Libtorch;
import io.espalier.nn.Precision;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import io.espalier.pruning.ClosedModules;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateParameters;
import io.espalier.pruning.GateSet;
import io.espalier.search.LoadedModel;
import io.espalier.search.LoadedOwsm;
import io.espalier.search.ctc.LoadedOwsmCtc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model directory in Espalier's own format: see {@code docs/bundle.md}. The files of an open
 * bundle have been checked; weights are loaded on request.
 */
public final class Bundle {
  static final String CONFIG = "config.yaml";
  public static final String MODEL = "model.safetensors";
  public static final String STATS = "feats_stats.safetensors";
  public static final String BPE_MODEL = "bpe.model";
  static final String TOKENS = "tokens.txt";
  static final String GATES_CONFIG = "gates.yaml";
  static final String GATES = "gates.safetensors";

  private final Path directory;
  private final BundleManifest manifest;
  private final OwsmConfig config;
  private final Optional<GateConfig> gates;
  private final Optional<GateSet> fixed;

  private Bundle(
      Path directory,
      BundleManifest manifest,
      OwsmConfig config,
      Optional<GateConfig> gates,
      Optional<GateSet> fixed) {
    this.directory = directory;
    this.manifest = manifest;
    this.config = config;
    this.gates = gates;
    this.fixed = fixed;
  }

  /**
   * Opens a bundle: reads {@code bundle.yaml}, checks the size and SHA-256 of every file, the
   * configuration, and that every parameter is there in its shape.
   *
   * @throws MalformedFileException if anything is missing, damaged or of an unknown format
   */
  public static Bundle open(Path directory) throws IOException {
    BundleManifest manifest = BundleManifest.read(directory);
    if (manifest.kind().equals(BundleManifest.CONTEXT)) {
      throw new MalformedFileException(
          "Cannot open bundle %s: its kind is %s, which has no OWSM. Make one with:"
                  .formatted(directory, manifest.kind())
              + " espalier import ESPNET_DIR BUNDLE");
    }
    for (String name : List.of(CONFIG, MODEL, BPE_MODEL, TOKENS)) {
      if (!manifest.files().containsKey(name)) {
        throw new MalformedFileException(
            "Cannot open bundle %s: %s does not list %s"
                .formatted(directory, BundleManifest.NAME, name));
      }
    }
    manifest.verify(directory);
    OwsmConfig config = EspnetConfig.read(directory.resolve(CONFIG));
    if (!manifest.kind().equals(BundleManifest.kindOf(config))) {
      throw new MalformedFileException(
          "Cannot open bundle %s: its kind is %s, but %s is of kind %s"
              .formatted(directory, manifest.kind(), CONFIG, BundleManifest.kindOf(config)));
    }
    Optional<GateConfig> gates = Optional.empty();
    if (manifest.files().containsKey(GATES) != manifest.files().containsKey(GATES_CONFIG)) {
      throw new MalformedFileException(
          "Cannot open bundle %s: %s and %s do not match"
              .formatted(directory, GATES, GATES_CONFIG));
    }
    if (manifest.files().containsKey(GATES)) {
      gates = Optional.of(GateYaml.read(directory.resolve(GATES_CONFIG)));
    }
    Optional<GateSet> fixed = Optional.empty();
    if (manifest.files().containsKey(FixedGatesYaml.NAME)) {
      fixed = Optional.of(FixedGatesYaml.read(directory, config));
    }
    Bundle bundle = new Bundle(directory, manifest, config, gates, fixed);
    bundle.checkTokens();
    bundle.checkParameters();
    return bundle;
  }

  /** The directory of the bundle. */
  public Path directory() {
    return directory;
  }

  /** The model's shape. */
  public OwsmConfig config() {
    return config;
  }

  /** The shape of the gate predictors, if there are any. */
  public Optional<GateConfig> gates() {
    return gates;
  }

  /** The only modules that the model has, if it was trained without the others. */
  public Optional<GateSet> fixedGates() {
    return fixed;
  }

  /** The token list, id = position. */
  public List<String> tokens() {
    return config.tokens();
  }

  /** The SentencePiece model. */
  public Path bpeModel() {
    return directory.resolve(BPE_MODEL);
  }

  /**
   * SHA-256 over the digests of all files, in hexadecimal: equal for equal models, wherever they
   * are.
   */
  public String fingerprint() {
    return manifest.fingerprint();
  }

  /**
   * The model card: {@code name}, {@code created_by}, {@code parameters}, {@code dtype}, {@code
   * source}.
   */
  public Map<String, Object> card() {
    return Collections.unmodifiableMap(manifest.card());
  }

  /** The card for people: kind, sizes, parameters, languages, tasks; several lines. */
  public String report() {
    return BundleReport.of(this, manifest);
  }

  /** Whether it holds an OWSM-CTC, and no encoder-decoder. */
  public boolean isCtc() {
    return config.ctcOnly().isPresent();
  }

  /**
   * Opens an encoder-decoder on a device.
   *
   * @param precision what its products compute in, whatever the weights are stored in
   * @return releases the device's memory when it is closed
   * @throws UsageException if the device cannot compute in that precision
   */
  public LoadedOwsm load(Device device, Precision precision) throws IOException {
    return into(Libtorch.newManager(device), precision);
  }

  /**
   * Opens an encoder-decoder on the device of a manager.
   *
   * @param owner closes the model with itself, unless that is closed before
   */
  public LoadedOwsm load(NDManager owner, Precision precision) throws IOException {
    return into(owner.newSubManager(), precision);
  }

  /**
   * Opens a model of either kind on a device.
   *
   * @param precision what its products compute in, whatever the weights are stored in
   * @return releases the device's memory when it is closed
   * @throws UsageException if the device cannot compute in that precision
   */
  public LoadedModel loadEither(Device device, Precision precision) throws IOException {
    return either(Libtorch.newManager(device), precision);
  }

  /**
   * Opens a model of either kind on the device of a manager.
   *
   * @param owner closes the model with itself, unless that is closed before
   */
  public LoadedModel loadEither(NDManager owner, Precision precision) throws IOException {
    return either(owner.newSubManager(), precision);
  }

  private LoadedModel either(NDManager manager, Precision precision) throws IOException {
    if (!isCtc()) {
      return into(manager, precision);
    }
    try {
      return LoadedOwsmCtc.of(config, loadWeights(manager), bpeModel(), gates, precision)
          .withFixed(fixed);
    } catch (IOException | RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private LoadedOwsm into(NDManager manager, Precision precision) throws IOException {
    try {
      if (isCtc()) {
        throw new UsageException(
            "Cannot open bundle %s as an encoder-decoder: it is an OWSM-CTC. Use espalier transcribe"
                .formatted(directory));
      }
      return LoadedOwsm.of(config, loadWeights(manager), bpeModel(), gates, precision)
          .withFixed(fixed);
    } catch (IOException | RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Reads all parameters, those of gate predictors too, as float32 onto the manager's device;
   * float16 ones are widened. Those of modules that the model does not have are zero.
   *
   * @param manager owns the arrays
   */
  public Weights loadWeights(NDManager manager) throws IOException {
    Map<String, NDArray> arrays = new HashMap<>();
    for (String name : parameterFiles()) {
      arrays.putAll(SafetensorsFile.open(directory.resolve(name)).load(manager));
    }
    Map<String, Shape> shapes = OwsmParameters.expected(config);
    closed().forEach(name -> arrays.put(name, manager.zeros(shapes.get(name))));
    return new Weights(manager, arrays);
  }

  /** Names of the parameters that the modules which it does not have would need. */
  private Set<String> closed() {
    return ClosedModules.parameters(config, fixed);
  }

  private List<String> parameterFiles() {
    List<String> files = new ArrayList<>(List.of(MODEL));
    if (config.globalMvn()) {
      files.add(STATS);
    }
    if (gates.isPresent()) {
      files.add(GATES);
    }
    return files;
  }

  private void checkTokens() throws IOException {
    String text = Utf8Text.read(directory.resolve(TOKENS));
    if (!text.equals(tokenLines(config.tokens()))) {
      throw new MalformedFileException(
          "Cannot open bundle %s: %s differs from the token_list of %s"
              .formatted(directory, TOKENS, CONFIG));
    }
  }

  private void checkParameters() throws IOException {
    if (config.globalMvn() && !manifest.files().containsKey(STATS)) {
      throw new MalformedFileException(
          "Cannot open bundle %s: normalize is global_mvn, but there is no %s"
              .formatted(directory, STATS));
    }
    Map<String, Shape> expected = new LinkedHashMap<>(OwsmParameters.expected(config));
    expected.keySet().removeAll(closed());
    gates.ifPresent(shape -> expected.putAll(GateParameters.expected(shape, config)));
    Map<String, TensorType> found = new HashMap<>();
    for (String name : parameterFiles()) {
      found.putAll(SafetensorsFile.open(directory.resolve(name)).tensors());
    }
    ParameterCheck.check("bundle " + directory, expected, Set.of(OwsmParameters.MEL_MATRIX), found);
  }

  static String tokenLines(List<String> tokens) {
    return String.join("\n", tokens) + "\n";
  }
}
