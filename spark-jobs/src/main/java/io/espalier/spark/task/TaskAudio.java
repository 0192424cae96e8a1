package io.espalier.spark.task;

import io.espalier.audio.AudioException;
import io.espalier.audio.Waveform;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.outcome.ErrorCode;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/** Decodes the audio of a task's rows ahead of time. An unusable file fails only its own row. */
public final class TaskAudio {
  /** Number of rows that wait for a decoder; more would only cost memory. */
  private static final int ITEMS_AHEAD = 256;

  private final TaskOptions options;
  private final AudioSource source;

  private TaskAudio(TaskOptions options, AudioSource source) {
    this.options = options;
    this.source = source;
  }

  public static TaskAudio of(TaskOptions options, Configuration hadoop) {
    return new TaskAudio(options, new AudioSource(hadoop, options.audio()));
  }

  /**
   * Decodes rows of the manifest.
   *
   * @param keep columns of the manifest that pass through
   * @param scope ends the decoding
   */
  public Iterator<DecodedRow> decode(
      Iterator<Row> rows, List<String> keep, TaskContext context, TaskScope scope) {
    AudioDecoder decoder = scope.add(decoder()).value();
    SampleCache cache =
        options.samples().role() == SampleCache.Role.NONE
            ? null
            : scope.add(options.samples().cache()).value();
    Iterator<ManifestRow> manifest =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return rows.hasNext();
          }

          @Override
          public ManifestRow next() {
            return ManifestRow.of(rows.next(), keep);
          }
        };
    return scope.add(
        new DecodeAhead<ManifestRow, DecodedRow>(
            manifest,
            row -> decode(row, decoder, cache),
            row -> row.bytes() == null ? 0 : row.bytes().length,
            row -> row instanceof DecodedRow.Ready ready ? (long) ready.samples().length * 4 : 0,
            new DecodeAhead.Bounds(
                options.decodeThreads(), ITEMS_AHEAD, options.decodeAheadBytes()),
            context::isInterrupted));
  }

  /** The decoder processes of this JVM, at most one per core. */
  private Lease<AudioDecoder> decoder() {
    return ModelRegistry.process()
        .acquire(
            "audio decoder",
            options.audio(),
            () -> options.audio().decoder(Runtime.getRuntime().availableProcessors()));
  }

  private DecodedRow decode(ManifestRow row, AudioDecoder decoder, SampleCache cache)
      throws InterruptedException {
    long start = System.nanoTime();
    if (options.samples().role() == SampleCache.Role.TAKE) {
      Waveform kept = cache.take(row);
      if (kept != null) {
        return DecodedRow.Ready.of(row, kept, msSince(start));
      }
    }
    String stage = "read";
    try {
      byte[] bytes = source.read(row.bytes(), row.path());
      stage = "decode";
      Waveform waveform = decoder.decode(bytes, row.startS(), row.endS());
      if (waveform.samples().length == 0) {
        throw new AudioException(
            ErrorCode.AUDIO_TOO_SHORT, "Cannot use audio: it has no samples. Write the file again");
      }
      if (options.samples().role() == SampleCache.Role.KEEP) {
        cache.keep(row, waveform);
      }
      return DecodedRow.Ready.of(row, waveform, msSince(start));
    } catch (AudioException e) {
      return new DecodedRow.Refused(
          row.withoutAudio(), e.code(), stage, e.getMessage(), msSince(start));
    }
  }

  private static double msSince(long startNs) {
    return (System.nanoTime() - startNs) / 1e6;
  }
}
