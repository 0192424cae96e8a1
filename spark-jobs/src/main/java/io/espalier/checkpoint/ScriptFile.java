package io.espalier.checkpoint;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.espalier.conf.Fields;
import io.espalier.context.ContextEncoder;
import io.espalier.context.ScriptedEncoder;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Sha256;
import io.espalier.files.YamlFile;
import io.espalier.libtorch.Libtorch;
import io.espalier.nn.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A TorchScript encoder in a bundle. TorchScript is a program that runs wherever the bundle is
 * used, so it is accepted only with the SHA-256 that the user gives, and the bundle checks it
 * again.
 */
public final class ScriptFile {
  static final String SUFFIX = ".torchscript";
  private static final String ARCHITECTURE = "torchscript";

  /** Lengths that a program is tried with to find the shortest that it takes. */
  private static final int[] LENGTHS = {400, 1600, 4000, 8000, 16_000, 48_000};

  private ScriptFile() {}

  /** Whether a file is a TorchScript archive, and not a state dict. */
  public static boolean isScript(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.stream().anyMatch(entry -> entry.getName().matches("[^/]+/constants\\.pkl"));
    } catch (ZipException e) {
      return false;
    }
  }

  /**
   * Tries a program out and describes it.
   *
   * @param trusted SHA-256 digests of programs that may run
   * @return what its configuration file says
   * @throws MalformedFileException if it is not trusted, or is no encoder
   */
  public static Map<String, Object> describe(Path file, Set<String> trusted) throws IOException {
    String digest = Sha256.of(file);
    if (trusted.stream().noneMatch(one -> one.strip().toLowerCase(Locale.ROOT).equals(digest))) {
      throw new MalformedFileException(
          ("Cannot import %s: it is a TorchScript program, which runs wherever the bundle is used."
                  + " If you trust it, add --trust %s")
              .formatted(file, digest));
    }
    try (NDManager manager = Libtorch.newManager(Device.cpu())) {
      Script script = Script.open(manager, file);
      for (int length : LENGTHS) {
        try {
          float[] vector = ScriptedEncoder.vector(manager, script, noise(length));
          Map<String, Object> values = new LinkedHashMap<>();
          values.put("architecture", ARCHITECTURE);
          values.put("size", vector.length);
          values.put("min_samples", length);
          return values;
        } catch (EngineException e) {
          if (length == LENGTHS[LENGTHS.length - 1]) {
            throw e;
          }
        }
      }
      throw new IllegalStateException("Every length returns or throws");
    } catch (EngineException | IllegalArgumentException e) {
      throw new MalformedFileException(
          ("Cannot use %s as an encoder: forward must take samples (1, samples)"
                      + " and return one vector:")
                  .formatted(file)
              + " "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  private static float[] noise(int length) {
    Random random = new Random(length);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.01 * random.nextGaussian());
    }
    return samples;
  }

  /** Opens a program of a bundle whose files have been checked. */
  static ContextEncoder load(NDManager manager, Path file, Path config) throws IOException {
    Fields fields = Fields.of("Cannot read " + config, YamlFile.read(config));
    fields.choice("architecture", List.of(ARCHITECTURE), Function.identity());
    int size = fields.integer("size", 1, Integer.MAX_VALUE);
    int minSamples = fields.integer("min_samples", 0, Integer.MAX_VALUE);
    fields.finish(MalformedFileException::new);
    return new ScriptedEncoder(manager, Script.open(manager, file), size, minSamples);
  }
}
