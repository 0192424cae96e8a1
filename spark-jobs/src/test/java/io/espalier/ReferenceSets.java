package io.espalier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The sets of reference outputs that parity tests run on: those in the test resources, or those in
 * the directory that {@code -Despalier.reference} names. Sets are found by what they hold, whatever
 * they are called.
 */
public final class ReferenceSets {
  private static final int DEPTH = 3;

  private ReferenceSets() {}

  /** The directory of all sets, with the recordings in {@code audio}. */
  public static Path root() {
    String directory = System.getProperty("espalier.reference", "").strip();
    if (!directory.isEmpty()) {
      return Path.of(directory).toAbsolutePath();
    }
    URL resources = ReferenceSets.class.getResource("/reference");
    try {
      return Path.of(resources.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot locate test resources: " + resources, e);
    }
  }

  /** All sets whose model is OWSM's attention encoder-decoder; at least one. */
  public static List<ReferenceSet> owsmAed() {
    return sets(
        "meta.yaml",
        dir -> isEspnet(dir, "s2t_train_config", "model: espnet", "encoder: e_branchformer"),
        "an OWSM");
  }

  /** All sets whose model is OWSM-CTC; at least one. */
  public static List<ReferenceSet> owsmCtc() {
    return sets(
        "meta.yaml",
        dir ->
            isEspnet(dir, "s2t_train_config", "model: espnet_ctc", "encoder: e_branchformer_ctc"),
        "an OWSM-CTC");
  }

  /** All sets whose model is ESPnet-SPK's ECAPA-TDNN; at least one. */
  public static List<ReferenceSet> ecapa() {
    return sets(
        "meta.yaml",
        dir -> isEspnet(dir, "train_config", "frontend: melspec_torch", "encoder: ecapa_tdnn"),
        "an ECAPA-TDNN");
  }

  /** All sets whose model is BEATs; at least one. */
  public static List<ReferenceSet> beats() {
    return sets("config.json", ReferenceSets::isBeats, "a BEATs");
  }

  private static List<ReferenceSet> sets(String marker, Predicate<Path> wanted, String what) {
    Path root = root();
    try (Stream<Path> files = Files.find(root, DEPTH, (path, a) -> path.endsWith(marker))) {
      List<ReferenceSet> sets =
          files
              .map(Path::getParent)
              .filter(wanted)
              .sorted()
              .map(dir -> new ReferenceSet(dir, root.resolve("audio")))
              .toList();
      if (sets.isEmpty()) {
        throw new IllegalStateException(
            "Cannot find %s reference set under %s".formatted(what, root));
      }
      return sets;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isBeats(Path dir) {
    try {
      return Files.readString(dir.resolve("config.json")).contains("\"beats\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEspnet(Path dir, String configKey, String... wanted) {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    try (var reader = Files.newBufferedReader(dir.resolve("meta.yaml"))) {
      Map<String, Object> meta = yaml.load(reader);
      if (!(meta.get("yaml_files") instanceof Map<?, ?> files)
          || !(files.get(configKey) instanceof String config)) {
        return false;
      }
      return Files.readAllLines(dir.resolve(config)).containsAll(List.of(wanted));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
