package io.espalier.training.data;

import com.google.gson.Gson;
import io.espalier.checkpoint.tensors.Half;
import io.espalier.conf.UsageException;
import io.espalier.files.Utf8Text;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Examples and their features in a local directory, read through the page cache: a corpus may be
 * larger than memory.
 */
public final class FeatureStore implements Closeable {
  private final int mels;
  private final List<Placed> placed = new ArrayList<>();
  private List<Example> examples = List.of();
  private final List<FileChannel> shards = new ArrayList<>();

  private record Placed(Example example, FileChannel shard, long offset) {}

  private FeatureStore(int mels) {
    this.mels = mels;
  }

  /**
   * Opens all shards of a directory. Examples are in the order of their ids, whatever shards they
   * are in.
   *
   * @throws UsageException if there are no features, or a file is incomplete
   */
  public static FeatureStore open(Path directory, int mels) throws IOException {
    FeatureStore store = new FeatureStore(mels);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        if (isIndex(file.getFileName().toString())) {
          store.add(file);
        }
      }
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
    store.placed.sort(Comparator.comparing(place -> place.example().id()));
    store.examples = store.placed.stream().map(Placed::example).toList();
    if (store.examples.isEmpty()) {
      throw new UsageException("Cannot train: no features in " + directory);
    }
    return store;
  }

  /** Names with a dot in front are of shards that are being written. */
  private static boolean isIndex(String name) {
    return name.endsWith(FeatureShardWriter.INDEX) && !name.startsWith(".");
  }

  private void add(Path index) throws IOException {
    String name = index.getFileName().toString();
    int stem = name.length() - FeatureShardWriter.INDEX.length();
    Path data = index.resolveSibling(name.substring(0, stem) + FeatureShardWriter.DATA);
    FileChannel shard = FileChannel.open(data);
    shards.add(shard);
    Gson gson = new Gson();
    long offset = 0;
    for (String line : Utf8Text.readLines(index)) {
      Example example = gson.fromJson(line, Example.class);
      placed.add(new Placed(example, shard, offset));
      offset += (long) example.frames() * mels * Short.BYTES;
    }
    if (offset != shard.size()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot read %s: it has %d bytes, but its index needs %d. Extract the features again",
              data,
              shard.size(),
              offset));
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
    Placed place = placed.get(example);
    float[] values = new float[place.example().frames() * mels];
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (place.shard().read(bytes, place.offset() + bytes.position()) < 0) {
        throw new EOFException("Cannot read features of " + place.example().id());
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
