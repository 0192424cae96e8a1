package io.espalier.spark;

import io.espalier.audio.AudioDecoder;
import io.espalier.audio.AudioException;
import io.espalier.audio.ErrorCode;
import io.espalier.audio.Waveform;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * One task of the stage: reads, decodes, transcribes. A pure function of its rows: it writes
 * nothing but what it returns, so Spark may run it as often as it likes.
 */
final class TranscribeTask implements FlatMapFunction<Iterator<Row>, Row> {
  private static final long serialVersionUID = 1L;

  /** Rows that wait for a decoder; more only cost memory. */
  private static final int ITEMS_AHEAD = 256;

  private final TranscribeWork work;
  private final TranscriberFactory factory;
  private final TranscribeIdentity identity;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final TranscribeCounters counters;

  /**
   * What a run stamps on its rows.
   *
   * @param keep columns of the manifest that pass through
   */
  record TranscribeIdentity(String runId, String fingerprint, List<String> keep)
      implements Serializable {}

  TranscribeTask(
      TranscribeWork work,
      TranscriberFactory factory,
      TranscribeIdentity identity,
      Broadcast<SerializableConfiguration> hadoop,
      TranscribeCounters counters) {
    this.work = work;
    this.factory = factory;
    this.identity = identity;
    this.hadoop = hadoop;
    this.counters = counters;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    TaskContext context = TaskContext.get();
    Scope scope = new Scope();
    context.addTaskCompletionListener(scope);
    TaskDevice device =
        TaskDevice.of(
            work.device(),
            context.resourcesJMap(),
            work.gpuAddress(),
            System.getenv("CUDA_VISIBLE_DEVICES"),
            work.threads());
    AudioDecoder decoder = scope.add(decoder()).value();
    AudioSource source =
        new AudioSource(hadoop.value().value(), work.audioSchemes(), work.audioLimits());
    return new Transcripts(
        scope.add(ahead(rows, source, decoder, context)),
        scope.add(factory.open(device)),
        new TranscriptRows(
            identity.runId(), identity.fingerprint(), device.name(), factory.precision()),
        counters);
  }

  /** The decoder processes of this JVM, whose number its cores bound. */
  private ModelRegistry.Lease<AudioDecoder> decoder() {
    return ModelRegistry.process()
        .acquire(
            "audio decoder",
            work.audioLimits(),
            () -> new AudioDecoder(work.audioLimits(), Runtime.getRuntime().availableProcessors()));
  }

  private DecodeAhead<ManifestRow, DecodedRow> ahead(
      Iterator<Row> rows, AudioSource source, AudioDecoder decoder, TaskContext context) {
    Iterator<ManifestRow> manifest =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return rows.hasNext();
          }

          @Override
          public ManifestRow next() {
            return ManifestRow.of(rows.next(), identity.keep());
          }
        };
    return new DecodeAhead<>(
        manifest,
        row -> decode(row, source, decoder),
        row -> row.bytes() == null ? 0 : row.bytes().length,
        row -> row instanceof DecodedRow.Ready ready ? (long) ready.samples().length * 4 : 0,
        new DecodeAhead.Bounds(work.decodeThreads(), ITEMS_AHEAD, work.decodeAheadBytes()),
        context::isInterrupted);
  }

  private static DecodedRow decode(ManifestRow row, AudioSource source, AudioDecoder decoder)
      throws InterruptedException {
    long start = System.nanoTime();
    String stage = "read";
    try {
      byte[] bytes = source.read(row.bytes(), row.path());
      stage = "decode";
      Waveform waveform = decoder.decode(bytes, row.startS(), row.endS());
      if (waveform.samples().length == 0) {
        throw new AudioException(
            ErrorCode.AUDIO_TOO_SHORT, "Cannot transcribe: the audio has no samples");
      }
      return new DecodedRow.Ready(row.withoutAudio(), waveform.samples(), msSince(start));
    } catch (AudioException e) {
      return new DecodedRow.Refused(
          row.withoutAudio(), e.code(), stage, e.getMessage(), msSince(start));
    }
  }

  private static double msSince(long startNs) {
    return (System.nanoTime() - startNs) / 1e6;
  }

  /** Closes what a task opened, last first, whatever happens. */
  private static final class Scope implements TaskCompletionListener {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T resource) {
      open.push(resource);
      return resource;
    }

    @Override
    public void onTaskCompletion(TaskContext context) {
      IllegalStateException failure = null;
      while (!open.isEmpty()) {
        try {
          open.pop().close();
        } catch (Exception e) {
          failure = failure == null ? new IllegalStateException("Cannot end task", e) : failure;
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }
}
