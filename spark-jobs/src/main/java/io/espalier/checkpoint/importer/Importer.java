package io.espalier.checkpoint.importer;

import ai.djl.ndarray.types.Shape;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.BundleManifest;
import io.espalier.checkpoint.BundleWriter;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.ModelCard;
import io.espalier.checkpoint.NewDirectory;
import io.espalier.checkpoint.espnet.EspnetDirectory;
import io.espalier.checkpoint.espnet.GlobalStats;
import io.espalier.checkpoint.espnet.PthFile;
import io.espalier.checkpoint.espnet.TorchTensor;
import io.espalier.checkpoint.tensors.ElementType;
import io.espalier.checkpoint.tensors.ParameterCheck;
import io.espalier.checkpoint.tensors.SafetensorsWriter;
import io.espalier.checkpoint.tensors.TensorType;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Sha256;
import io.espalier.owsm.OwsmParameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Converts a published ESPnet model into a bundle. */
public final class Importer {
  private final EspnetDirectory source;
  private final ImportOptions options;
  private final Consumer<String> log;

  private Importer(EspnetDirectory source, ImportOptions options, Consumer<String> log) {
    this.source = source;
    this.options = options;
    this.log = log;
  }

  /**
   * Imports a model. The bundle appears at its place only when it is complete.
   *
   * @param espnetDir holds {@code meta.yaml}
   * @param bundleDir created; must not exist, or be empty, unless {@link ImportOptions#overwrite}
   * @param log one line of progress at a time
   * @return the new bundle, opened and thereby checked
   * @throws MalformedFileException with everything that is wrong with the model
   */
  public static Bundle importModel(
      Path espnetDir, Path bundleDir, ImportOptions options, Consumer<String> log)
      throws IOException {
    try (NewDirectory target = NewDirectory.beside(bundleDir, options.overwrite())) {
      EspnetDirectory source = EspnetDirectory.open(espnetDir);
      new Importer(source, options, log).write(target.path());
      target.commit();
    }
    Bundle bundle = Bundle.open(bundleDir);
    log.accept("Wrote bundle " + bundleDir + ", fingerprint " + bundle.fingerprint());
    return bundle;
  }

  private void write(Path directory) throws IOException {
    List<String> files = new ArrayList<>();
    long parameters;
    try (PthFile checkpoint = PthFile.open(source.modelFile())) {
      Map<String, TensorType> found = found(checkpoint);
      ParameterCheck.check(
          "checkpoint " + source.modelFile(),
          OwsmParameters.expected(source.config()),
          OwsmParameters.OPTIONAL,
          found);
      parameters = count(found);
      log.accept(
          String.format(
              Locale.ROOT,
              "Reading %,d parameters in %d tensors from %s",
              parameters,
              found.size(),
              source.modelFile()));
      files.add(Bundle.MODEL);
      writeModel(directory.resolve(Bundle.MODEL), checkpoint);
      if (source.config().globalMvn()) {
        files.add(Bundle.STATS);
        writeStats(directory.resolve(Bundle.STATS), checkpoint);
      }
    }
    files.addAll(
        BundleWriter.describe(
            directory, source.configFile(), source.bpeModel(), source.config().tokens()));
    BundleManifest.write(
        directory, BundleManifest.kindOf(source.config()), card(parameters), files);
  }

  /** Types and shapes of a checkpoint. */
  static Map<String, TensorType> found(PthFile checkpoint) {
    Map<String, TensorType> found = new LinkedHashMap<>();
    checkpoint
        .tensors()
        .forEach(
            (name, tensor) ->
                found.put(
                    name, new TensorType(tensor.storage().type(), new Shape(tensor.shape()))));
    return found;
  }

  /** Without the front end's constants, as parameters of a network are counted. */
  private static long count(Map<String, TensorType> found) {
    return found.entrySet().stream()
        .filter(entry -> !OwsmParameters.OPTIONAL.contains(entry.getKey()))
        .mapToLong(entry -> entry.getValue().shape().size())
        .sum();
  }

  private void writeModel(Path file, PthFile checkpoint) throws IOException {
    Map<String, TensorType> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Shape> entry : OwsmParameters.expected(source.config()).entrySet()) {
      String name = entry.getKey();
      boolean statistic = name.equals(OwsmParameters.MEAN) || name.equals(OwsmParameters.STD);
      if (!statistic && checkpoint.tensors().containsKey(name)) {
        tensors.put(
            name,
            new TensorType(
                BundleWriter.storedType(name, entry.getValue(), options.precision()),
                entry.getValue()));
      }
    }
    SafetensorsWriter.write(
        file, tensors, name -> checkpoint.floats(checkpoint.tensors().get(name)));
  }

  private void writeStats(Path file, PthFile checkpoint) throws IOException {
    Map<String, TensorType> tensors = new LinkedHashMap<>();
    Map<String, float[]> values = new LinkedHashMap<>();
    GlobalStats computed = null;
    for (String name : List.of(OwsmParameters.MEAN, OwsmParameters.STD)) {
      Shape shape = new Shape(source.config().frontend().nMels());
      tensors.put(name, new TensorType(ElementType.FLOAT32, shape));
      TorchTensor stored = checkpoint.tensors().get(name);
      if (stored != null) {
        values.put(name, checkpoint.floats(stored));
        continue;
      }
      if (computed == null) {
        computed = GlobalStats.read(source.statsFile(), source.config().frontend().nMels());
        log.accept(
            "The checkpoint lacks " + name + ", so it is computed from " + source.statsFile());
      }
      values.put(name, name.equals(OwsmParameters.MEAN) ? computed.mean() : computed.std());
    }
    SafetensorsWriter.write(file, tensors, values::get);
  }

  private Map<String, Object> card(long parameters) throws IOException {
    Map<String, Object> origin = new LinkedHashMap<>();
    origin.put("config", relative(source.configFile()));
    origin.put("model", relative(source.modelFile()));
    origin.put("model_sha256", Sha256.of(source.modelFile()));
    Map<String, Object> card = ModelCard.of(name(), parameters, options);
    card.put("source", origin);
    return card;
  }

  private String name() {
    if (options.name() != null) {
      return options.name();
    }
    return source.directory().toAbsolutePath().normalize().getFileName().toString();
  }

  private String relative(Path file) {
    return source.directory().toAbsolutePath().normalize().relativize(file).toString();
  }
}
