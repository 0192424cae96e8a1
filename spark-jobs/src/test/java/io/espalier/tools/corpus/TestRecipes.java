package io.espalier.tools.corpus;

import static java.util.stream.Collectors.toMap;

import io.espalier.tools.corpus.sound.AudioFormat;
import io.espalier.tools.corpus.voice.Maker;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

final class TestRecipes {
  private TestRecipes() {}

  static CorpusRecipe of(
      long seed, Split split, int perLanguage, Map<AudioFormat, Integer> formats) {
    return new CorpusRecipe(
        "trial",
        seed,
        split,
        split,
        Vocabulary.SIMPLE,
        Map.of("eng", perLanguage, "deu", perLanguage, "fra", perLanguage, "ita", perLanguage),
        0.5,
        Map.of(Maker.ESPEAK, 1),
        0,
        0.1,
        Arrays.stream(Condition.values()).collect(toMap(Function.identity(), condition -> 1)),
        10,
        20,
        formats);
  }
}
