package io.espalier.training.recipe;

import io.espalier.conf.YamlFields;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateConfig.Range;
import io.espalier.pruning.GateSet;
import io.espalier.training.objective.GateSettings;
import io.espalier.training.objective.GateSettings.Measure;
import io.espalier.training.objective.GateSettings.Shape;
import io.espalier.training.objective.GateSettings.Spread;
import io.espalier.training.objective.GateSettings.Targets;
import io.espalier.training.objective.GateSettings.Temperature;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the {@code gates} of a recipe; every key is known or refused. */
final class GateRecipeReader {
  private GateRecipeReader() {}

  static GateSettings read(YamlFields fields) {
    if (fields.has("fixed")) {
      fields.only(Set.of("fixed"));
      return new GateSettings.Fixed(fixed(fields));
    }
    fields.only(
        Set.of(
            "contexts",
            "projection",
            "hidden",
            "spread",
            "context_dropout",
            "temperature",
            "sampled_steps",
            "sparsity",
            "targets"));
    YamlFields sparsity = fields.child("sparsity").only(Set.of("weight", "measure"));
    return new GateSettings.Learned(
        new Shape(contexts(fields), fields.integer("projection"), fields.integer("hidden")),
        fields.has("spread") ? spread(fields.child("spread")) : Spread.NONE,
        fields.number("context_dropout"),
        temperature(fields.child("temperature")),
        fields.has("sampled_steps") ? fields.longInteger("sampled_steps") : Long.MAX_VALUE,
        sparsity.number("weight"),
        measure(sparsity),
        targets(fields.child("targets")));
  }

  private static GateSet fixed(YamlFields fields) {
    String text = fields.string("fixed");
    try {
      return GateSet.parse(text);
    } catch (IllegalArgumentException e) {
      throw fields.wrong("fixed", "ENCODER/DECODER with a 1 or a 0 for each module", text);
    }
  }

  private static Set<ContextKind> contexts(YamlFields fields) {
    return ContextKind.setOf(fields.strings("contexts"));
  }

  private static Spread spread(YamlFields fields) {
    fields.only(Set.of("contexts", "logits"));
    return new Spread(contexts(fields), fields.number("logits"));
  }

  private static Measure measure(YamlFields fields) {
    String measure = fields.string("measure");
    if (!measure.equals("modules") && !measure.equals("flops")) {
      throw fields.wrong("measure", "modules or flops", measure);
    }
    return Measure.valueOf(measure.toUpperCase(Locale.ROOT));
  }

  private static Temperature temperature(YamlFields fields) {
    fields.only(Set.of("first", "last", "steps"));
    return new Temperature(
        fields.number("first"), fields.number("last"), fields.longInteger("steps"));
  }

  private static Targets targets(YamlFields fields) {
    fields.only(Set.of("encoder", "decoder", "asked", "asked_share", "curriculum"));
    return new Targets(
        range(fields, "encoder"),
        range(fields, "decoder"),
        fields.number("asked"),
        fields.has("asked_share") ? fields.number("asked_share") : 0,
        fields.longInteger("curriculum"));
  }

  private static Range range(YamlFields fields, String name) {
    List<Double> ends = fields.numbers(name);
    if (ends.size() != 2) {
      throw fields.wrong(name, "two numbers", ends);
    }
    try {
      return new Range(ends.get(0), ends.get(1));
    } catch (IllegalArgumentException e) {
      throw fields.wrong(name, "two rising numbers between 0 and 1", ends);
    }
  }
}
