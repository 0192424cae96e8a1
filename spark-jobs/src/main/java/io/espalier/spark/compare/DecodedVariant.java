package io.espalier.spark.compare;

import io.espalier.spark.compare.CompareRecipe.Variant;

/**
 * A variant whose transcripts of the test set are there.
 *
 * @param run its name
 */
record DecodedVariant(Variant variant, ChosenGates chosen, String run) {
  String name() {
    return variant.name();
  }
}
