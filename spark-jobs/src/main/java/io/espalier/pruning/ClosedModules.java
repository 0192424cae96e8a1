package io.espalier.pruning;

import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What a model can do without where the same modules are closed for every utterance. */
public final class ClosedModules {
  private final OwsmConfig config;
  private final GateSet gates;

  private ClosedModules(OwsmConfig config, GateSet gates) {
    this.config = config;
    this.gates = gates.requireFits(config);
  }

  /**
   * The parameters that closed modules alone use, under ESPnet's names. A model whose values are
   * zero here computes what the model without these modules does: a closed module adds nothing.
   *
   * @param gates of the model; empty if none of its modules is closed for good
   * @throws IllegalArgumentException if the gates do not fit the model
   */
  public static Set<String> parameters(OwsmConfig config, Optional<GateSet> gates) {
    return gates.map(open -> new ClosedModules(config, open).parameters()).orElse(Set.of());
  }

  private Set<String> parameters() {
    List<String> prefixes = prefixes();
    Set<String> closed = new TreeSet<>(OwsmParameters.expected(config).keySet());
    closed.removeIf(name -> prefixes.stream().noneMatch(name::startsWith));
    return closed;
  }

  private List<String> prefixes() {
    List<String> prefixes = new ArrayList<>();
    for (int layer = 0; layer < config.encoder().numBlocks(); layer++) {
      for (EncoderModule module : EncoderModule.values()) {
        if (!gates.isOpen(layer, module)) {
          names(module).forEach(add(prefixes, "encoder.encoders", layer));
        }
      }
    }
    List<Integer> crossed = config.crossAttention();
    for (int i = 0; i < crossed.size(); i++) {
      if (!gates.encoder().isOpen(GateParameters.regularModules(config) + i)) {
        List.of("cross_attn", "norm_cross_attn")
            .forEach(add(prefixes, "encoder.encoders", crossed.get(i)));
      }
    }
    int decoderLayers = GateParameters.decoderModules(config) / DecoderModule.COUNT;
    for (int layer = 0; layer < decoderLayers; layer++) {
      for (DecoderModule module : DecoderModule.values()) {
        if (!gates.isOpen(layer, module)) {
          names(module).forEach(add(prefixes, "decoder.decoders", layer));
        }
      }
    }
    return prefixes;
  }

  private static Consumer<String> add(List<String> prefixes, String stack, int layer) {
    return part -> prefixes.add(stack + "." + layer + "." + part + ".");
  }

  private static List<String> names(EncoderModule module) {
    return switch (module) {
      case FFN1 -> List.of("feed_forward_macaron", "norm_ff_macaron");
      case ATT -> List.of("attn", "norm_mha");
      case CGMLP -> List.of("cgmlp", "norm_mlp");
      case FFN2 -> List.of("feed_forward", "norm_ff");
    };
  }

  private static List<String> names(DecoderModule module) {
    return switch (module) {
      case SELF -> List.of("self_attn", "norm1");
      case SRC -> List.of("src_attn", "norm2");
      case FFN -> List.of("feed_forward", "norm3");
    };
  }
}
