package io.espalier.checkpoint.espnet;

import io.espalier.context.EventConfig;
import io.espalier.files.MalformedFileException;
import io.espalier.files.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Converts the settings of a BEATs checkpoint, which a bundle keeps in a separate file, to {@link
 * EventConfig}. Absent keys take the defaults of BEATs' own class.
 */
public final class EventYaml {
  private static final String ARCHITECTURE = "beats";

  /** The shortest audio, 0.2 s, gives 18 frames, which must hold a patch. */
  private static final int LARGEST_PATCH = 16;

  private EventYaml() {}

  /** Writes settings as they came. */
  public static void write(Path path, Map<String, Object> settings) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("architecture", ARCHITECTURE);
    values.put("cfg", settings);
    YamlFile.write(path, values);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws MalformedFileException with all values that are not supported
   */
  public static EventConfig read(Path path) throws IOException {
    return parse(path, YamlFile.read(path));
  }

  /**
   * Takes the shape of a BEATs encoder out of its settings.
   *
   * @param source for messages
   * @throws MalformedFileException with all values that are not supported
   */
  public static EventConfig of(Path source, Map<String, Object> settings)
      throws MalformedFileException {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("architecture", ARCHITECTURE);
    values.put("cfg", settings);
    return parse(source, values);
  }

  private static EventConfig parse(Path source, Map<String, Object> values)
      throws MalformedFileException {
    EspnetSection root =
        EspnetSection.root("Cannot use %s as a BEATs event encoder".formatted(source), values);
    root.only("architecture", null, ARCHITECTURE);
    EventConfig config = config(root.section("cfg"));
    root.finish();
    return config;
  }

  private static EventConfig config(EspnetSection cfg) {
    cfg.only("activation_fn", "gelu", "gelu");
    cfg.ignore("layer_wise_gradient_decay_ratio", "dropout", "attention_dropout");
    cfg.ignore("activation_dropout", "encoder_layerdrop", "dropout_input", "finetuned_model");
    cfg.ignore("predictor_dropout", "predictor_class");
    EventConfig config =
        new EventConfig(
            cfg.positive("input_patch_size", -1),
            cfg.positive("embed_dim", 512),
            cfg.flag("conv_bias", false),
            cfg.positive("encoder_layers", 12),
            cfg.positive("encoder_embed_dim", 768),
            cfg.positive("encoder_ffn_embed_dim", 3072),
            cfg.positive("encoder_attention_heads", 12),
            cfg.flag("layer_norm_first", false),
            cfg.flag("deep_norm", false),
            cfg.positive("conv_pos", 128),
            cfg.positive("conv_pos_groups", 16),
            cfg.flag("relative_position_embedding", false),
            cfg.positive("num_buckets", 320),
            cfg.positive("max_distance", 1280),
            cfg.flag("gru_rel_pos", false),
            -1);
    checkSizes(cfg, config);
    return config;
  }

  private static void checkSizes(EspnetSection cfg, EventConfig config) {
    if (config.width() % config.heads() != 0) {
      cfg.problem(
          "encoder_attention_heads", config.heads(), "divisors of the width " + config.width());
    }
    if (config.width() % config.positionGroups() != 0) {
      cfg.problem(
          "conv_pos_groups", config.positionGroups(), "divisors of the width " + config.width());
    }
    if (config.patchSize() > LARGEST_PATCH) {
      cfg.problem("input_patch_size", config.patchSize(), "sizes up to " + LARGEST_PATCH);
    }
    if (config.buckets() < 4 || config.maxDistance() <= config.buckets() / 4) {
      cfg.problem("num_buckets", config.buckets(), "4 or more, less than 4 times max_distance");
    }
    if (config.gatedPositions() && !config.relativePositions()) {
      cfg.problem("gru_rel_pos", true, "false without relative_position_embedding");
    }
  }
}
