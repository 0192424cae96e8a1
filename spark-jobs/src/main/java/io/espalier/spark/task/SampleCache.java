package io.espalier.spark.task;

import io.espalier.audio.Waveform;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Keeps decoded samples of one stage in the memory of the executor for a later stage of the same
 * application. Samples that do not fit are decoded again. Each entry is returned once.
 */
public final class SampleCache implements AutoCloseable {
  private final Map<Key, Waveform> waveforms = new HashMap<>();
  private final long mostBytes;
  private long bytes;

  /** The use of the cache by a stage. */
  public enum Role {
    /** Keeps samples for a later stage. */
    KEEP,
    /** Uses samples that an earlier stage kept. */
    TAKE,
    /** Does not use the cache. */
    NONE
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

  /** A row's samples, which are removed from the cache; null if there are none. */
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
