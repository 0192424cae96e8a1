package io.espalier.checkpoint;

import io.espalier.conf.Fields;
import io.espalier.files.MalformedFileException;
import io.espalier.files.YamlFile;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateFields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code gates.yaml}: the shape of a bundle's gate predictors. */
public final class GateYaml {
  private GateYaml() {}

  /** Writes a shape. */
  public static void write(Path file, GateConfig config) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("contexts", config.contexts().stream().sorted().map(ContextKind::key).toList());
    values.put("speaker_size", config.speakerSize());
    values.put("event_size", config.eventSize());
    values.put("languages", config.languages());
    values.put("tasks", config.tasks());
    values.put("projection", config.projection());
    values.put("hidden", config.hidden());
    values.put("encoder_targets", List.of(config.encoder().low(), config.encoder().high()));
    values.put("decoder_targets", List.of(config.decoder().low(), config.decoder().high()));
    values.put("target", config.target());
    FrameView view = config.view();
    // Left out where they are the default: bundles of older versions have no such keys.
    if (view.pooling() != FrameView.DEFAULT.pooling()) {
      values.put("pooling", view.pooling().key());
      values.put("pooling_hidden", view.poolingHidden());
    }
    if (view.scope() != FrameView.DEFAULT.scope()) {
      values.put("scope", view.scope().key());
    }
    YamlFile.write(file, values);
  }

  /**
   * Reads a shape.
   *
   * @throws MalformedFileException if it is not one
   */
  public static GateConfig read(Path file) throws IOException {
    Fields fields = Fields.of("Cannot read " + file, YamlFile.read(file));
    GateConfig config =
        fields.make(
            null,
            () ->
                new GateConfig(
                    GateFields.contexts(fields, "contexts"),
                    fields.integer("speaker_size"),
                    fields.integer("event_size"),
                    fields.strings("languages"),
                    fields.strings("tasks"),
                    fields.integer("projection"),
                    fields.integer("hidden"),
                    GateFields.range(fields, "encoder_targets"),
                    GateFields.range(fields, "decoder_targets"),
                    fields.number("target"),
                    GateFields.view(fields)));
    fields.finish(MalformedFileException::new);
    return config;
  }
}
