package io.espalier.checkpoint.espnet;

import io.espalier.files.MalformedFileException;
import io.espalier.files.YamlFile;
import io.espalier.owsm.OwsmConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The files of a published ESPnet model.
 *
 * @param configFile {@code config.yaml}
 * @param modelFile the {@code .pth}
 * @param bpeModel the SentencePiece model
 * @param statsFile {@code feats_stats.npz}, or null if the configuration has none
 */
public record EspnetDirectory(
    Path directory,
    OwsmConfig config,
    Path configFile,
    Path modelFile,
    Path bpeModel,
    Path statsFile) {
  private static final String META = "meta.yaml";

  /**
   * Finds the files and reads the configuration.
   *
   * @throws MalformedFileException if a file is missing, lies outside the directory, or describes a
   *     model that Espalier cannot run
   */
  public static EspnetDirectory open(Path directory) throws IOException {
    Map<String, Object> values = meta(directory);
    Path configFile =
        file(
            directory,
            META + " yaml_files.s2t_train_config",
            EspnetConfig.path(values, "yaml_files", "s2t_train_config"));
    Path modelFile =
        file(
            directory,
            META + " files.s2t_model_file",
            EspnetConfig.path(values, "files", "s2t_model_file"));
    OwsmConfig config = EspnetConfig.read(configFile);
    Map<String, Object> keys = YamlFile.read(configFile, "token_list").values();
    Path bpeModel = file(directory, "config.yaml bpemodel", EspnetConfig.path(keys, "bpemodel"));
    TorchFormat.checkNotPointer(bpeModel);
    String stats = EspnetConfig.path(keys, "normalize_conf", "stats_file");
    Path statsFile =
        config.globalMvn() && stats != null
            ? inside(directory, "config.yaml normalize_conf.stats_file", stats)
            : null;
    return new EspnetDirectory(directory, config, configFile, modelFile, bpeModel, statsFile);
  }

  /** The contents of {@code meta.yaml}. */
  public static Map<String, Object> meta(Path directory) throws IOException {
    Path meta = directory.resolve(META);
    if (!Files.isRegularFile(meta)) {
      throw new MalformedFileException(
          ("Cannot import %s: %s does not exist. Give the directory of a"
                      + " published ESPnet model, which")
                  .formatted(directory, META)
              + " has meta.yaml and the files that it names (exp, data)");
    }
    return YamlFile.read(meta);
  }

  /** A file that a key names. */
  public static Path file(Path directory, String key, String name) throws MalformedFileException {
    if (name == null) {
      throw new MalformedFileException(
          "Cannot import %s: %s is not set. A published model names its file there"
              .formatted(directory, key));
    }
    Path file = inside(directory, key, name);
    if (!Files.isRegularFile(file)) {
      throw new MalformedFileException(
          "Cannot import %s: %s names %s, which does not exist".formatted(directory, key, name));
    }
    return file;
  }

  /** A downloaded model must not make Espalier read files from elsewhere. */
  private static Path inside(Path directory, String key, String name)
      throws MalformedFileException {
    try {
      Path root = directory.toAbsolutePath().normalize();
      Path file = root.resolve(name).normalize();
      if (file.startsWith(root)) {
        return file;
      }
    } catch (InvalidPathException e) {
      throw new MalformedFileException(
          "Cannot import %s: %s = %s is not a path".formatted(directory, key, name), e);
    }
    throw new MalformedFileException(
        "Cannot import %s: %s names %s, which is outside the model's directory"
            .formatted(directory, key, name));
  }
}
