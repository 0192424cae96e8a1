package io.espalier.context;

import java.util.List;

/** Finds out the language of recordings. */
public interface LanguageSource {
  /**
   * A language and its cost.
   *
   * @param language ISO 639-3 code
   * @param probability 0 to 1
   * @param flops spent, one multiply-add being two
   */
  record Identified(String language, double probability, long flops) {}

  /** Samples that every recording costs at least. */
  int windowSamples();

  /**
   * Identifies a batch.
   *
   * @param recordings mono 16 kHz samples in [-1, 1), none empty
   * @return one for each recording, in order
   */
  List<Identified> identify(List<float[]> recordings);
}
