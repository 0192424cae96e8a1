package io.espalier.spark.task;

import java.io.Serializable;

/**
 * The use of the cache by a stage, with its size.
 *
 * @param application names what its stages have in common
 * @param mostBytes of samples in one executor
 */
public record SampleUse(SampleCache.Role role, String application, long mostBytes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No cache. */
  public static final SampleUse NONE = new SampleUse(SampleCache.Role.NONE, "", 0);

  /** The cache of this process. */
  Lease<SampleCache> cache() {
    return ModelRegistry.process()
        .acquire("decoded samples", application, () -> new SampleCache(mostBytes));
  }
}
