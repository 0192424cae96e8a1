package io.espalier.checkpoint;

/**
 * The options of importing a model.
 *
 * @param precision how weights are stored
 * @param overwrite whether a bundle at the target is replaced
 * @param name the model's name on its card; null for the name of the imported directory
 */
public record ImportOptions(Precision precision, boolean overwrite, String name) {

  /** The storage of weights. Computation is always in float32. */
  public enum Precision {
    /** Bit-equal to the checkpoint. */
    FLOAT32,
    /** Half the size; vectors and front-end constants stay float32. */
    FLOAT16
  }

  /** Float32, nothing replaced. */
  public static final ImportOptions DEFAULTS = new ImportOptions(Precision.FLOAT32, false, null);
}
