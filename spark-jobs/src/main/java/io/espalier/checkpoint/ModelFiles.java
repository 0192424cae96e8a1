package io.espalier.checkpoint;

import io.espalier.files.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the {@code config.yaml} of a model that is trained from scratch. */
public final class ModelFiles {
  private ModelFiles() {}

  /**
   * Writes ESPnet's configuration.
   *
   * @param settings ESPnet's keys, such as {@code encoder_conf}; what all models of the kind that
   *     {@code model} names share is added, of an encoder-decoder if it is missing
   * @param tokens the token list, id = position
   */
  public static void writeConfig(Path file, Map<String, ?> settings, List<String> tokens)
      throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    boolean isCtc = "espnet_ctc".equals(settings.get("model"));
    values.put("model", "espnet");
    values.put("frontend", "default");
    values.put("normalize", "global_mvn");
    values.put("encoder", isCtc ? "e_branchformer_ctc" : "e_branchformer");
    if (isCtc) {
      values.put("promptencoder", "transformer");
    } else {
      values.put("decoder", "transformer");
    }
    values.put("preprocessor", isCtc ? "s2t_ctc" : "s2t");
    values.putAll(settings);
    values.put("token_type", "bpe");
    values.put("bpemodel", Bundle.BPE_MODEL);
    values.put("token_list", tokens);
    YamlFile.write(file, values);
  }
}
