package io.espalier.training.recipe;

import io.espalier.conf.Fields;
import io.espalier.pruning.GateFields;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.SparsityRange;
import io.espalier.training.objective.GateSettings;
import io.espalier.training.objective.GateSettings.Measure;
import io.espalier.training.objective.GateSettings.Shape;
import io.espalier.training.objective.GateSettings.Spread;
import io.espalier.training.objective.GateSettings.Targets;
import io.espalier.training.objective.GateSettings.Temperature;
import java.util.List;
import java.util.Locale;

/** Reads the {@code gates} of a recipe. */
final class GateRecipeReader {
  private GateRecipeReader() {}

  /**
   * @param isCtc whether it is for an OWSM-CTC, which has no decoder
   */
  static GateSettings read(Fields fields, boolean isCtc) {
    if (fields.has("fixed")) {
      String text = fields.string("fixed");
      return fields.make(null, () -> new GateSettings.Fixed(GateSet.parse(text)));
    }
    Fields sparsity = fields.child("sparsity");
    return fields.make(
        null,
        () ->
            new GateSettings.Learned(
                new Shape(
                    GateFields.contexts(fields, "contexts"),
                    fields.integer("projection", 1, Integer.MAX_VALUE),
                    fields.integer("hidden", 1, Integer.MAX_VALUE),
                    GateFields.view(fields)),
                fields.optionalChild("spread").map(GateRecipeReader::spread).orElse(Spread.NONE),
                fields.number("context_dropout", 0, 1),
                temperature(fields.child("temperature")),
                fields.has("sampled_steps") ? fields.longInteger("sampled_steps") : Long.MAX_VALUE,
                sparsity.number("weight", 0, Double.MAX_VALUE),
                sparsity.choice(
                    "measure",
                    List.of(Measure.values()),
                    measure -> measure.name().toLowerCase(Locale.ROOT)),
                targets(fields.child("targets"), isCtc)));
  }

  private static Spread spread(Fields fields) {
    return fields.make(
        Spread.NONE,
        () -> new Spread(GateFields.contexts(fields, "contexts"), fields.number("logits", 0, 100)));
  }

  private static Temperature temperature(Fields fields) {
    return new Temperature(
        fields.number("first", 1e-3, 1e3),
        fields.number("last", 1e-3, 1e3),
        fields.longInteger("steps", 0, Long.MAX_VALUE));
  }

  private static Targets targets(Fields fields, boolean isCtc) {
    SparsityRange encoder = GateFields.range(fields, "encoder");
    if (isCtc && fields.has("decoder")) {
      fields.problem(
          "%s has no effect, an OWSM-CTC has no decoder, omit it"
              .formatted(fields.path("decoder")));
    }
    return new Targets(
        encoder,
        isCtc ? encoder : GateFields.range(fields, "decoder"),
        fields.number("asked", 0, 1),
        fields.has("asked_share") ? fields.number("asked_share", 0, 1) : 0,
        fields.longInteger("curriculum", 0, Long.MAX_VALUE));
  }
}
