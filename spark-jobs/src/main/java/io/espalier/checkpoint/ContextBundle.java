package io.espalier.checkpoint;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.checkpoint.espnet.EcapaYaml;
import io.espalier.checkpoint.espnet.EventYaml;
import io.espalier.checkpoint.espnet.SpeakerYaml;
import io.espalier.checkpoint.tensors.ParameterCheck;
import io.espalier.checkpoint.tensors.SafetensorsFile;
import io.espalier.checkpoint.tensors.TensorFile;
import io.espalier.context.BeatsEncoder;
import io.espalier.context.ContextEncoder;
import io.espalier.context.EcapaEncoder;
import io.espalier.context.EncoderKind;
import io.espalier.context.EventClasses;
import io.espalier.context.EventConfig;
import io.espalier.context.EventParameters;
import io.espalier.context.SpeakerConfig;
import io.espalier.context.SpeakerParameters;
import io.espalier.files.MalformedFileException;
import io.espalier.nn.Kernels;
import io.espalier.nn.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The context encoders of a bundle, with or without an OWSM. The files of an open bundle have been
 * checked; weights are loaded on request.
 */
public final class ContextBundle {
  private final Path directory;
  private final BundleManifest manifest;
  private final Optional<SpeakerConfig> speaker;
  private final Optional<EventConfig> event;
  private final Optional<EcapaYaml> eventTdnn;

  private ContextBundle(
      Path directory,
      BundleManifest manifest,
      Optional<SpeakerConfig> speaker,
      Optional<EventConfig> event,
      Optional<EcapaYaml> eventTdnn) {
    this.directory = directory;
    this.manifest = manifest;
    this.speaker = speaker;
    this.event = event;
    this.eventTdnn = eventTdnn;
  }

  /**
   * Opens a bundle of any kind: reads {@code bundle.yaml}, checks the size and SHA-256 of every
   * file, the encoders' configurations, and that all their parameters are there in their shapes.
   *
   * @throws MalformedFileException if anything is missing, damaged or of an unknown format
   */
  public static ContextBundle open(Path directory) throws IOException {
    BundleManifest manifest = BundleManifest.read(directory);
    manifest.verify(directory);
    Optional<SpeakerConfig> speaker = Optional.empty();
    if (has(directory, manifest, EncoderKind.SPEAKER)) {
      speaker = Optional.of(SpeakerYaml.read(directory.resolve(config(EncoderKind.SPEAKER))));
      check(
          directory.resolve(model(EncoderKind.SPEAKER)),
          SpeakerParameters.expected(speaker.get()),
          SpeakerParameters.OPTIONAL);
    }
    Optional<EventConfig> event = Optional.empty();
    Optional<EcapaYaml> eventTdnn = Optional.empty();
    boolean hasEvent = has(directory, manifest, EncoderKind.EVENT);
    if (hasEvent && EcapaYaml.isOne(directory.resolve(config(EncoderKind.EVENT)))) {
      eventTdnn = Optional.of(EcapaYaml.read(directory.resolve(config(EncoderKind.EVENT))));
      check(
          directory.resolve(model(EncoderKind.EVENT)),
          eventTdnn.get().parameters(),
          SpeakerParameters.OPTIONAL);
    } else if (hasEvent) {
      event = Optional.of(EventYaml.read(directory.resolve(config(EncoderKind.EVENT))));
      check(
          directory.resolve(model(EncoderKind.EVENT)),
          EventParameters.expected(event.get()),
          Set.of());
    }
    return new ContextBundle(directory, manifest, speaker, event, eventTdnn);
  }

  private static boolean has(Path directory, BundleManifest manifest, EncoderKind kind)
      throws MalformedFileException {
    boolean there = manifest.files().containsKey(model(kind));
    boolean script = manifest.files().containsKey(script(kind));
    if ((there || script) != manifest.files().containsKey(config(kind)) || (there && script)) {
      throw new MalformedFileException(
          "Cannot open bundle %s: %s and %s do not match"
              .formatted(directory, model(kind), config(kind)));
    }
    return there;
  }

  /** The name of the file with an encoder's parameters. */
  public static String model(EncoderKind kind) {
    return kind.key() + ".safetensors";
  }

  /** The name of the file with an encoder's configuration. */
  public static String config(EncoderKind kind) {
    return kind.key() + ".yaml";
  }

  /** The name of a TorchScript encoder, which stands in for the parameters. */
  public static String script(EncoderKind kind) {
    return kind.key() + ScriptFile.SUFFIX;
  }

  private Optional<ContextEncoder> loadScript(NDManager manager, EncoderKind kind)
      throws IOException {
    if (!manifest.files().containsKey(script(kind))) {
      return Optional.empty();
    }
    Path file = directory.resolve(script(kind));
    return Optional.of(ScriptFile.load(manager, file, directory.resolve(config(kind))));
  }

  private static void check(Path file, Map<String, Shape> expected, Set<String> optional)
      throws IOException {
    ParameterCheck.check(file.toString(), expected, optional, SafetensorsFile.open(file).tensors());
  }

  /** The directory of the bundle. */
  public Path directory() {
    return directory;
  }

  /** Whether there is an OWSM beside the encoders, for {@link Bundle#open}. */
  public boolean hasOwsm() {
    return !manifest.kind().equals(BundleManifest.CONTEXT);
  }

  /** Which encoders there are. */
  public List<EncoderKind> encoders() {
    return Arrays.stream(EncoderKind.values())
        .filter(kind -> manifest.files().containsKey(config(kind)))
        .toList();
  }

  /** The speaker encoder's shape, if there is one and it is no TorchScript program. */
  public Optional<SpeakerConfig> speaker() {
    return speaker;
  }

  /** The event encoder's shape, if there is one and it is a BEATs. */
  public Optional<EventConfig> event() {
    return event;
  }

  /**
   * Reads the speaker encoder, if there is one.
   *
   * @param manager owns it
   */
  public Optional<ContextEncoder> loadSpeaker(NDManager manager, Kernels kernels)
      throws IOException {
    if (speaker.isEmpty()) {
      return loadScript(manager, EncoderKind.SPEAKER);
    }
    return Optional.of(
        new EcapaEncoder(speaker.get(), kernels, weights(manager, EncoderKind.SPEAKER)));
  }

  /**
   * Reads the event encoder, if there is one.
   *
   * @param manager owns it
   */
  public Optional<ContextEncoder> loadEvent(NDManager manager, Kernels kernels) throws IOException {
    if (eventTdnn.isPresent()) {
      Weights weights = weights(manager, EncoderKind.EVENT);
      return Optional.of(new EcapaEncoder(eventTdnn.get().config(), kernels, weights));
    }
    if (event.isEmpty()) {
      return loadScript(manager, EncoderKind.EVENT);
    }
    return Optional.of(new BeatsEncoder(event.get(), kernels, weights(manager, EncoderKind.EVENT)));
  }

  /** The conditions that the event encoder tells apart, if it was trained for some. */
  public Optional<EventClasses> eventClasses() throws IOException {
    if (eventTdnn.isEmpty() || eventTdnn.get().classes().isEmpty()) {
      return Optional.empty();
    }
    float[] flat =
        TensorFile.read(directory.resolve(model(EncoderKind.EVENT))).get(EcapaYaml.CENTRES);
    int size = eventTdnn.get().config().embeddingSize();
    float[][] centres = new float[flat.length / size][];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = Arrays.copyOfRange(flat, i * size, (i + 1) * size);
    }
    return Optional.of(new EventClasses(eventTdnn.get().classes(), centres));
  }

  /**
   * Reads the event encoder's parameters as float32, for programs that build it otherwise.
   *
   * @param manager owns them
   */
  public Weights loadEventWeights(NDManager manager) throws IOException {
    return weights(manager, EncoderKind.EVENT);
  }

  private Weights weights(NDManager manager, EncoderKind kind) throws IOException {
    Path file = directory.resolve(model(kind));
    return new Weights(manager, SafetensorsFile.open(file).load(manager));
  }

  /** The description of the encoders, as several lines of text. */
  public String report() {
    StringBuilder text = new StringBuilder();
    line(text, "name", String.valueOf(manifest.card().get("name")));
    line(text, "kind", manifest.kind());
    speaker.ifPresent(
        config ->
            line(
                text,
                EncoderKind.SPEAKER.key(),
                String.format(
                    Locale.ROOT,
                    "ECAPA-TDNN, width %d, %d channels pooled, %d mels, vectors of %d",
                    config.width(),
                    config.outputSize(),
                    config.frontend().nMels(),
                    config.embeddingSize())));
    eventTdnn.ifPresent(
        own ->
            line(
                text,
                EncoderKind.EVENT.key(),
                String.format(
                    Locale.ROOT,
                    "ECAPA-TDNN, width %d, vectors of %d, classes %s",
                    own.config().width(),
                    own.config().embeddingSize(),
                    String.join(", ", own.classes()))));
    event.ifPresent(
        config ->
            line(
                text,
                EncoderKind.EVENT.key(),
                String.format(
                    Locale.ROOT,
                    "BEATs, %d layers, width %d, %d heads, vectors of %d",
                    config.depth(),
                    config.width(),
                    config.heads(),
                    config.width())));
    for (EncoderKind kind : EncoderKind.values()) {
      BundleManifest.FileDigest script = manifest.files().get(script(kind));
      if (script != null) {
        line(text, kind.key(), "TorchScript, SHA-256 " + script.sha256());
      }
    }
    line(text, "fingerprint", fingerprint());
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-12s %s%n", name, value));
  }

  /** SHA-256 over the digests of all files, in hexadecimal. */
  public String fingerprint() {
    return manifest.fingerprint();
  }
}
