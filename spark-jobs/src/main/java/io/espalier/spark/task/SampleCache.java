package io.espalier.spark.task;

import io.espalier.audio.Waveform;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Samples that one stage of an application has decoded and a later one will want, in the memory of
 * the executor. What does not fit is decoded again. Each entry is handed out once.
 */
public final class SampleCache implements AutoCloseable {
  private final Map<Key, Waveform> waveforms = new HashMap<>();
  private final long mostBytes;
  private long bytes;

  /** What a stage does with the cache. */
  public enum Role {
    /** Leaves samples for a later stage. */
    KEEP,
    /** Takes samples that an earlier stage left. */
    TAKE,
    /** Does without. */
    NONE
  }

  /**
   * How a stage uses the cache.
   *
   * @param application names what its stages have in common
   * @param mostBytes of samples in one executor
   */
  public record Use(Role role, String application, long mostBytes) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** No cache. */
    public static final Use NONE = new Use(Role.NONE, "", 0);

    /** The cache of this process. */
    ModelRegistry.Lease<SampleCache> cache() {
      return ModelRegistry.process()
          .acquire("decoded samples", application, () -> new SampleCache(mostBytes));
    }
  }

  private record Key(String id, String path, Object start, Object end) {
    static Key of(ManifestRow row) {
      return new Key(row.id(), row.path(), row.startS(), row.endS());
    }
  }

  SampleCache(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Keeps a row's samples if there is room. */
  synchronized void keep(ManifestRow row, Waveform waveform) {
    long size = size(waveform);
    if (bytes + size <= mostBytes && waveforms.put(Key.of(row), waveform) == null) {
      bytes += size;
    }
  }

  /** A row's samples, which are then forgotten; null if there are none. */
  synchronized Waveform take(ManifestRow row) {
    Waveform waveform = waveforms.remove(Key.of(row));
    if (waveform != null) {
      bytes -= size(waveform);
    }
    return waveform;
  }

  private static long size(Waveform waveform) {
    return Objects.requireNonNull(waveform).samples().length * (long) Float.BYTES;
  }

  @Override
  public synchronized void close() {
    waveforms.clear();
    bytes = 0;
  }
}
