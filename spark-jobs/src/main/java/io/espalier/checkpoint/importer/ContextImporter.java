package io.espalier.checkpoint.importer;

import ai.djl.ndarray.types.Shape;
import io.espalier.checkpoint.BundleManifest;
import io.espalier.checkpoint.ContextBundle;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.ModelCard;
import io.espalier.checkpoint.NewDirectory;
import io.espalier.checkpoint.ScriptFile;
import io.espalier.checkpoint.espnet.EspnetConfig;
import io.espalier.checkpoint.espnet.EspnetDirectory;
import io.espalier.checkpoint.espnet.EventYaml;
import io.espalier.checkpoint.espnet.PthFile;
import io.espalier.checkpoint.espnet.SpeakerYaml;
import io.espalier.checkpoint.tensors.ElementType;
import io.espalier.checkpoint.tensors.ParameterCheck;
import io.espalier.checkpoint.tensors.SafetensorsWriter;
import io.espalier.checkpoint.tensors.TensorType;
import io.espalier.context.EncoderKind;
import io.espalier.context.EventParameters;
import io.espalier.context.SpeakerParameters;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Sha256;
import io.espalier.files.YamlFile;
import io.espalier.nn.Precision;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Adds a context encoder to a bundle, or makes a bundle of context encoders alone. The new bundle
 * is built next to the old one, with links to its files if the file system has links, and replaces
 * it when complete.
 */
public final class ContextImporter {
  private final ImportOptions options;
  private final Consumer<String> log;

  private ContextImporter(ImportOptions options, Consumer<String> log) {
    this.options = options;
    this.log = log;
  }

  /** A context encoder as it was published. */
  public sealed interface Source {
    /** The directory of an ESPnet-SPK model, which holds {@code meta.yaml}. */
    record Speaker(Path espnetDir) implements Source {}

    /** A BEATs checkpoint. */
    record Event(Path checkpoint) implements Source {}

    /**
     * A TorchScript program.
     *
     * @param trusted SHA-256 digests of programs that may run
     */
    record TorchScript(EncoderKind kind, Path file, Set<String> trusted) implements Source {}

    /** The encoder of another bundle, such as a trained one. */
    record OfBundle(EncoderKind kind, Path bundle) implements Source {}

    /** What a path given for the speaker encoder is. */
    static Source speaker(Path path, Set<String> trusted) throws IOException {
      if (Files.exists(path.resolve(BundleManifest.NAME))) {
        return new OfBundle(EncoderKind.SPEAKER, path);
      }
      return ScriptFile.isScript(path)
          ? new TorchScript(EncoderKind.SPEAKER, path, trusted)
          : new Speaker(path);
    }

    /** What a path given for the event encoder is. */
    static Source event(Path path, Set<String> trusted) throws IOException {
      if (Files.exists(path.resolve(BundleManifest.NAME))) {
        return new OfBundle(EncoderKind.EVENT, path);
      }
      return ScriptFile.isScript(path)
          ? new TorchScript(EncoderKind.EVENT, path, trusted)
          : new Event(path);
    }
  }

  /** What is written for one encoder. */
  private record Part(
      EncoderKind kind,
      Path checkpoint,
      Map<String, Shape> expected,
      Set<String> optional,
      Predicate<String> ignored) {}

  /**
   * Gives a bundle the encoders that another one has.
   *
   * @return whether there were any
   */
  public static boolean copy(Path from, Path to) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (EncoderKind kind : ContextBundle.open(from).encoders()) {
      sources.add(new Source.OfBundle(kind, from));
    }
    if (!sources.isEmpty()) {
      add(sources, to, new ImportOptions(Precision.FLOAT32, true, null), line -> {});
    }
    return !sources.isEmpty();
  }

  /**
   * Imports encoders.
   *
   * @param bundleDir an existing bundle, or a directory to make; an encoder that it has is replaced
   *     only with {@link ImportOptions#overwrite}
   * @param log one line of progress at a time
   * @return the bundle, opened and thereby checked
   * @throws MalformedFileException with everything that is wrong with a model
   */
  public static ContextBundle add(
      List<Source> sources, Path bundleDir, ImportOptions options, Consumer<String> log)
      throws IOException {
    boolean extend = Files.exists(bundleDir.resolve(BundleManifest.NAME));
    BundleManifest old = null;
    if (extend) {
      old = BundleManifest.read(bundleDir);
      old.verify(bundleDir);
    }
    try (NewDirectory target = NewDirectory.beside(bundleDir, extend)) {
      new ContextImporter(options, log).write(sources, bundleDir, old, target.path());
      target.commit();
    }
    ContextBundle bundle = ContextBundle.open(bundleDir);
    log.accept("Wrote bundle " + bundleDir + ", fingerprint " + bundle.fingerprint());
    return bundle;
  }

  private void write(List<Source> sources, Path bundleDir, BundleManifest old, Path directory)
      throws IOException {
    Map<String, Object> card = new LinkedHashMap<>();
    List<String> files = new ArrayList<>();
    if (old == null) {
      card.putAll(ModelCard.of(name(bundleDir)));
    } else {
      card.putAll(old.card());
      files.addAll(old.files().keySet());
    }
    for (Source source : sources) {
      add(source, bundleDir, directory, files, card);
    }
    for (String file : files) {
      if (!Files.exists(directory.resolve(file))) {
        link(bundleDir.resolve(file), directory.resolve(file));
      }
    }
    String kind = old == null ? BundleManifest.CONTEXT : old.kind();
    BundleManifest.write(directory, kind, card, files);
  }

  private String name(Path bundleDir) {
    return options.name() != null
        ? options.name()
        : bundleDir.toAbsolutePath().normalize().getFileName().toString();
  }

  private void add(
      Source source, Path bundleDir, Path directory, List<String> files, Map<String, Object> card)
      throws IOException {
    if (source instanceof Source.Speaker speaker) {
      addSpeaker(speaker.espnetDir(), bundleDir, directory, files, card);
    } else if (source instanceof Source.Event event) {
      addEvent(event.checkpoint(), bundleDir, directory, files, card);
    } else if (source instanceof Source.TorchScript script) {
      addScript(script, bundleDir, directory, files, card);
    } else if (source instanceof Source.OfBundle other) {
      addOfBundle(other, bundleDir, directory, files, card);
    }
  }

  private void addOfBundle(
      Source.OfBundle source,
      Path bundleDir,
      Path directory,
      List<String> files,
      Map<String, Object> card)
      throws IOException {
    BundleManifest other = BundleManifest.read(source.bundle());
    other.verify(source.bundle());
    List<String> own =
        other.files().keySet().stream()
            .filter(file -> file.startsWith(source.kind().key() + "."))
            .toList();
    if (own.isEmpty()) {
      throw new MalformedFileException(
          "Cannot import from bundle %s: it has no %s encoder"
              .formatted(source.bundle(), source.kind().key()));
    }
    requireFree(source.kind(), bundleDir, files);
    for (String file : own) {
      Files.copy(source.bundle().resolve(file), directory.resolve(file));
    }
    card.put(source.kind().key(), other.card().get(source.kind().key()));
    files.addAll(own);
    log.accept("Added the %s encoder of %s".formatted(source.kind().key(), source.bundle()));
  }

  private void addScript(
      Source.TorchScript script,
      Path bundleDir,
      Path directory,
      List<String> files,
      Map<String, Object> card)
      throws IOException {
    Map<String, Object> values = ScriptFile.describe(script.file(), script.trusted());
    String config = ContextBundle.config(script.kind());
    requireFree(script.kind(), bundleDir, files);
    Files.copy(script.file(), directory.resolve(ContextBundle.script(script.kind())));
    YamlFile.write(directory.resolve(config), values);
    Map<String, Object> entry = new LinkedHashMap<>(values);
    entry.put("model", script.file().getFileName().toString());
    entry.put("model_sha256", Sha256.of(script.file()));
    card.put(script.kind().key(), entry);
    files.addAll(List.of(ContextBundle.script(script.kind()), config));
    log.accept("Added TorchScript program " + script.file());
  }

  private void addSpeaker(
      Path espnetDir, Path bundleDir, Path directory, List<String> files, Map<String, Object> card)
      throws IOException {
    Map<String, Object> meta = EspnetDirectory.meta(espnetDir);
    Path config =
        EspnetDirectory.file(
            espnetDir,
            "meta.yaml yaml_files.train_config",
            EspnetConfig.path(meta, "yaml_files", "train_config"));
    Path checkpoint =
        EspnetDirectory.file(
            espnetDir,
            "meta.yaml files.model_file",
            EspnetConfig.path(meta, "files", "model_file"));
    Part part =
        new Part(
            EncoderKind.SPEAKER,
            checkpoint,
            SpeakerParameters.expected(SpeakerYaml.read(config)),
            SpeakerParameters.OPTIONAL,
            SpeakerParameters::isTrainingOnly);
    requireFree(part.kind(), bundleDir, files);
    Files.copy(config, directory.resolve(ContextBundle.config(part.kind())));
    try (PthFile file = PthFile.open(checkpoint)) {
      card.put(part.kind().key(), writeModel(part, "ecapa_tdnn", file, directory));
    }
    files.addAll(List.of(ContextBundle.model(part.kind()), ContextBundle.config(part.kind())));
  }

  private void addEvent(
      Path checkpoint, Path bundleDir, Path directory, List<String> files, Map<String, Object> card)
      throws IOException {
    if (!Files.isRegularFile(checkpoint)) {
      throw new MalformedFileException(
          ("Cannot import %s: the file does not exist. Give a BEATs checkpoint,"
                  + " such as BEATs_iter3.pt")
              .formatted(checkpoint));
    }
    try (PthFile file = PthFile.openWithSettings(checkpoint, "model", "cfg")) {
      Part part =
          new Part(
              EncoderKind.EVENT,
              checkpoint,
              EventParameters.expected(EventYaml.of(checkpoint, file.settings())),
              Set.of(),
              EventParameters::isOfClassifier);
      requireFree(part.kind(), bundleDir, files);
      EventYaml.write(directory.resolve(ContextBundle.config(part.kind())), file.settings());
      card.put(part.kind().key(), writeModel(part, "beats", file, directory));
      files.addAll(List.of(ContextBundle.model(part.kind()), ContextBundle.config(part.kind())));
    }
  }

  /** Makes room for an encoder, of whatever kind the one that is there is. */
  private void requireFree(EncoderKind kind, Path bundleDir, List<String> files)
      throws MalformedFileException {
    if (files.contains(ContextBundle.config(kind)) && !options.overwrite()) {
      throw new MalformedFileException(
          "Cannot write bundle: %s already has its %s encoder. Replace it with --force"
              .formatted(bundleDir, kind.key()));
    }
    files.removeIf(file -> file.startsWith(kind.key() + "."));
  }

  /** Writes the weights that inference needs; returns their entry on the card. */
  private Map<String, Object> writeModel(
      Part part, String architecture, PthFile checkpoint, Path directory) throws IOException {
    Map<String, TensorType> found = Importer.found(checkpoint);
    found.keySet().removeIf(part.ignored());
    ParameterCheck.check(
        "checkpoint " + part.checkpoint(), part.expected(), part.optional(), found);
    Map<String, TensorType> stored = new LinkedHashMap<>();
    long parameters = 0;
    for (Map.Entry<String, Shape> entry : part.expected().entrySet()) {
      String name = entry.getKey();
      if (found.containsKey(name)) {
        stored.put(name, new TensorType(type(part, entry), entry.getValue()));
        parameters += part.optional().contains(name) ? 0 : entry.getValue().size();
      }
    }
    log.accept(
        String.format(
            Locale.ROOT,
            "Reading %,d parameters of the %s encoder from %s",
            parameters,
            part.kind().key(),
            part.checkpoint()));
    SafetensorsWriter.write(
        directory.resolve(ContextBundle.model(part.kind())),
        stored,
        name -> checkpoint.floats(checkpoint.tensors().get(name)));
    Map<String, Object> card = new LinkedHashMap<>();
    card.put("architecture", architecture);
    card.put("parameters", parameters);
    card.put("dtype", options.precision().name().toLowerCase(Locale.ROOT));
    card.put("model", part.checkpoint().getFileName().toString());
    card.put("model_sha256", Sha256.of(part.checkpoint()));
    return card;
  }

  private ElementType type(Part part, Map.Entry<String, Shape> entry) {
    boolean exact = entry.getValue().dimension() < 2 || part.optional().contains(entry.getKey());
    return options.precision() == Precision.FLOAT16 && !exact
        ? ElementType.FLOAT16
        : ElementType.FLOAT32;
  }

  /** A link costs nothing; file systems without links copy. */
  private static void link(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      Files.copy(from, to);
    }
  }
}
