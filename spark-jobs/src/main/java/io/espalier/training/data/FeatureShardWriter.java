package io.espalier.training.data;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.espalier.checkpoint.tensors.Half;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.UUID;

/**
 * Writes one shard of a feature store: {@code NAME.f16}, consecutive frames of float16, and {@code
 * NAME.jsonl}, one example per line. The latter appears when the shard is complete, so an
 * incomplete shard is ignored.
 */
public final class FeatureShardWriter implements Closeable {
  static final String DATA = ".f16";
  static final String INDEX = ".jsonl";
  private static final String UNFINISHED = ".unfinished-";

  private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
  private final Path target;
  private final Path unfinished;
  private final int mels;
  private final OutputStream data;
  private final BufferedWriter lines;
  private boolean complete;

  /**
   * Starts a shard.
   *
   * @param directory exists
   * @param name unique in the store; two writers of the same shard do not meet, the last one stays
   */
  public FeatureShardWriter(Path directory, String name, int mels) throws IOException {
    this.mels = mels;
    this.target = directory.resolve(name);
    this.unfinished = directory.resolve("." + name + UNFINISHED + UUID.randomUUID());
    this.data = new BufferedOutputStream(Files.newOutputStream(with(unfinished, DATA)));
    this.lines = Files.newBufferedWriter(with(unfinished, INDEX));
  }

  private static Path with(Path path, String extension) {
    return path.resolveSibling(path.getFileName() + extension);
  }

  /**
   * Adds an example.
   *
   * @param features (frames, mels), row-major
   */
  public void add(Example example, float[] features) throws IOException {
    if (features.length != example.frames() * mels) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Invalid features of %s: %d values for %d frames of %d",
              example.id(),
              features.length,
              example.frames(),
              mels));
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(features.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : features) {
      bytes.putShort(Half.fromFloat(value));
    }
    data.write(bytes.array());
    lines.write(gson.toJson(example));
    lines.write('\n');
  }

  /** Says that nothing is missing; without it, closing leaves no shard. */
  public void complete() {
    complete = true;
  }

  @Override
  public void close() throws IOException {
    data.close();
    lines.close();
    if (complete) {
      Files.move(with(unfinished, DATA), with(target, DATA), StandardCopyOption.ATOMIC_MOVE);
      Files.move(with(unfinished, INDEX), with(target, INDEX), StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.deleteIfExists(with(unfinished, DATA));
      Files.deleteIfExists(with(unfinished, INDEX));
    }
  }
}
