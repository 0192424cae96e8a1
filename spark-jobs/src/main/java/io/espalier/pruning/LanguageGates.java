package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.owsm.CostMeter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The same modules for every utterance of a language. */
record LanguageGates(Map<String, GateSet> gates) implements GatePolicy {
  @Override
  public boolean differs() {
    return gates.size() > 1;
  }

  @Override
  public List<OpenModules> encoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    return rows.stream().map(row -> gates.get(row.language()).encoder()).toList();
  }

  @Override
  public List<OpenModules> decoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    return rows.stream().map(row -> gates.get(row.language()).decoder()).toList();
  }

  @Override
  public long contextFlops(UtteranceContext context) {
    return 0;
  }

  @Override
  public Optional<String> refusal(String language) {
    if (language == null) {
      return Optional.of(
          "Cannot choose gates by language: the row names none. Add the language to the manifest");
    }
    return gates.containsKey(language)
        ? Optional.empty()
        : Optional.of(
            "Cannot choose gates by language: there are none for %s, only for %s"
                .formatted(language, String.join(", ", gates.keySet())));
  }
}
