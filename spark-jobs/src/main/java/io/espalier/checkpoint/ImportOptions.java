package io.espalier.checkpoint;

import io.espalier.nn.Precision;

/**
 * The options of importing a model.
 *
 * @param precision how weights are stored: {@link BundleWriter#storedType}
 * @param overwrite whether a bundle at the target is replaced
 * @param name the model's name on its card; null for the name of the imported directory
 */
public record ImportOptions(Precision precision, boolean overwrite, String name) {

  /** Float32, nothing replaced. */
  public static final ImportOptions DEFAULTS = new ImportOptions(Precision.FLOAT32, false, null);
}
