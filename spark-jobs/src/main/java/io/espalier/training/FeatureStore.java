package io.espalier.training;

import com.google.gson.Gson;
import io.espalier.checkpoint.Half;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Examples and their features in a local directory, read through the page cache: a corpus may be
 * larger than memory.
 */
public final class FeatureStore implements Closeable {
  private final int mels;
  private final List<Example> examples = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private final List<FileChannel> shards = new ArrayList<>();

  private record Place(FileChannel shard, long offset) {}

  private FeatureStore(int mels) {
    this.mels = mels;
  }

  /**
   * Opens all shards of a directory, in the order of their names.
   *
   * @throws TrainingException if there is none, or one is cut off
   */
  public static FeatureStore open(Path directory, int mels) throws IOException {
    FeatureStore store = new FeatureStore(mels);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        if (file.toString().endsWith(FeatureShardWriter.INDEX)) {
          store.add(file);
        }
      }
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
    if (store.examples.isEmpty()) {
      throw new TrainingException("Cannot train: no features in " + directory);
    }
    return store;
  }

  private void add(Path index) throws IOException {
    String name = index.getFileName().toString();
    int stem = name.length() - FeatureShardWriter.INDEX.length();
    Path data = index.resolveSibling(name.substring(0, stem) + FeatureShardWriter.DATA);
    FileChannel shard = FileChannel.open(data);
    shards.add(shard);
    Gson gson = new Gson();
    long offset = 0;
    for (String line : Files.readAllLines(index, StandardCharsets.UTF_8)) {
      Example example = gson.fromJson(line, Example.class);
      examples.add(example);
      places.add(new Place(shard, offset));
      offset += (long) example.frames() * mels * Short.BYTES;
    }
    if (offset != shard.size()) {
      throw new TrainingException(
          "Cannot read %s: it has %d bytes, its index asks for %d; extract the features again"
              .formatted(data, shard.size(), offset));
    }
  }

  /** All examples; the position in this list is what {@link #read} takes. */
  public List<Example> examples() {
    return examples;
  }

  /** Filters of one frame. */
  public int mels() {
    return mels;
  }

  /** The features of one example: (frames, mels), row-major, not normalised. */
  public float[] read(int example) throws IOException {
    Place place = places.get(example);
    float[] values = new float[examples.get(example).frames() * mels];
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (place.shard().read(bytes, place.offset() + bytes.position()) < 0) {
        throw new EOFException("Cannot read features of " + examples.get(example).id());
      }
    }
    bytes.flip();
    for (int i = 0; i < values.length; i++) {
      values[i] = Half.toFloat(bytes.getShort());
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    for (FileChannel shard : shards) {
      shard.close();
    }
  }
}
