package io.espalier.tools.corpus;

import java.util.Map;

final class TestRecipes {
  private TestRecipes() {}

  static CorpusRecipe of(
      long seed, Split split, int perLanguage, Map<AudioFormat, Integer> formats) {
    return new CorpusRecipe(
        "trial",
        seed,
        split,
        Map.of("eng", perLanguage, "deu", perLanguage, "fra", perLanguage, "ita", perLanguage),
        0.5,
        0,
        0.1,
        Map.of(
            Condition.CLEAN, 1,
            Condition.WHITE, 1,
            Condition.PINK, 1,
            Condition.BABBLE, 1,
            Condition.REVERB, 1,
            Condition.TELEPHONE, 1),
        10,
        20,
        formats);
  }
}
