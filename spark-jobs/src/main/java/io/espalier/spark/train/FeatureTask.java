package io.espalier.spark.train;

import ai.djl.pytorch.jni.JniUtils;
import io.espalier.audio.AudioException;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.libtorch.Libtorch;
import io.espalier.spark.table.SharedPlace;
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.task.AudioSource;
import io.espalier.spark.task.ContextColumns;
import io.espalier.spark.task.Lease;
import io.espalier.spark.task.ModelRegistry;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureShardWriter;
import io.espalier.training.data.FrameSource;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One task of feature extraction, which writes the rows of a partition as one shard of a feature
 * store.
 */
final class FeatureTask implements Function2<Integer, Iterator<Row>, Iterator<FeatureTask.Count>> {
  private static final long serialVersionUID = 1L;

  /** Number of examples of rows left out. */
  private static final int EXAMPLES = 3;

  private final String directory;
  private final String mark;
  private final FrameSource frames;
  private final List<String> columns;
  private final int maxSamples;
  private final AudioRules audio;
  private final Broadcast<SerializableConfiguration> hadoop;

  /**
   * Counts of used and left-out rows.
   *
   * @param used rows whose features were written
   * @param left rows that were left out, with the reasons of a few
   */
  record Count(long used, long left, List<String> reasons) implements Serializable {
    Count plus(Count other) {
      List<String> all = new ArrayList<>(reasons);
      all.addAll(other.reasons);
      return new Count(
          used + other.used,
          left + other.left,
          List.copyOf(all.subList(0, Math.min(all.size(), EXAMPLES))));
    }
  }

  /**
   * @param directory of the store, which all executors share
   * @param mark a file in it, which the driver made
   * @param columns of text to keep
   * @param maxSamples longer utterances are left out
   */
  FeatureTask(
      Path directory,
      String mark,
      FrameSource frames,
      Collection<String> columns,
      int maxSamples,
      AudioRules audio,
      Broadcast<SerializableConfiguration> hadoop) {
    this.directory = directory.toString();
    this.mark = mark;
    this.frames = frames;
    this.columns = List.copyOf(columns);
    this.maxSamples = maxSamples;
    this.audio = audio;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<Count> call(Integer partition, Iterator<Row> rows)
      throws IOException, InterruptedException {
    if (!rows.hasNext()) {
      return List.of(new Count(0, 0, List.of())).iterator();
    }
    SharedPlace.require(hadoop.value().value(), "output directory", directory, mark);
    // Gradient mode and threads belong to the thread, and need a loaded engine.
    Libtorch.start();
    JniUtils.setGradMode(false);
    JniUtils.setNumThreads(1);
    String name = String.format(Locale.ROOT, "part-%05d", partition);
    AudioSource source = new AudioSource(hadoop.value().value(), audio);
    Count count = new Count(0, 0, List.of());
    try (Lease<AudioDecoder> decoder = decoder(audio);
        FrameSource.Extractor extractor = frames.open();
        FeatureShardWriter shard =
            new FeatureShardWriter(Path.of(directory), name, frames.mels())) {
      while (rows.hasNext()) {
        if (TaskContext.get().isInterrupted()) {
          throw new TaskKilledException("Interrupted while extracting features");
        }
        Row row = rows.next();
        Optional<String> refusal = add(row, source, decoder.value(), extractor, shard);
        List<String> reason =
            refusal.map(why -> List.of(row.getAs("utt_id") + ": " + why)).orElse(List.of());
        count = count.plus(new Count(1 - reason.size(), reason.size(), reason));
      }
      shard.complete();
    }
    return List.of(count).iterator();
  }

  private static Lease<AudioDecoder> decoder(AudioRules audio) {
    return ModelRegistry.process()
        .acquire(
            "audio decoder",
            audio,
            () -> audio.decoder(Runtime.getRuntime().availableProcessors()));
  }

  /** Adds a row, or returns why it cannot be used. */
  private Optional<String> add(
      Row row,
      AudioSource source,
      AudioDecoder decoder,
      FrameSource.Extractor extractor,
      FeatureShardWriter shard)
      throws IOException, InterruptedException {
    if (row.getAs("language") == null) {
      return Optional.of("it has no language");
    }
    float[] samples;
    try {
      Row file = row.getAs("audio");
      byte[] bytes = source.read(file.getAs("bytes"), file.getAs("path"));
      samples = decoder.decode(bytes, optional(row, "start_s"), optional(row, "end_s")).samples();
    } catch (AudioException e) {
      return Optional.of(e.getMessage());
    }
    if (samples.length < frames.minSamples() || samples.length > maxSamples) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "it has %d samples, must be %d to %d",
              samples.length,
              frames.minSamples(),
              maxSamples));
    }
    float[] features = extractor.extract(samples);
    String task = row.getAs("task");
    shard.add(
        new Example(
            row.getAs("utt_id"),
            row.getAs("language"),
            task == null ? "asr" : task,
            texts(row),
            features.length / frames.mels(),
            ContextColumns.context(row).speaker(),
            ContextColumns.context(row).event()),
        features);
    return Optional.empty();
  }

  private Map<String, String> texts(Row row) {
    List<String> present = List.of(row.schema().fieldNames());
    Map<String, String> texts = new TreeMap<>();
    for (String column : columns) {
      if (present.contains(column) && row.getAs(column) != null) {
        texts.put(column, row.getAs(column));
      }
    }
    return texts;
  }

  private static OptionalDouble optional(Row row, String column) {
    Double value = row.getAs(column);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
