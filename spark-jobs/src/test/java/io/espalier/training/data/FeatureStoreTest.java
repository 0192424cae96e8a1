package io.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureStoreTest {
  private static final int MELS = 2;

  @TempDir private Path directory;

  @Test
  void featuresComeBackByExampleInTheOrderOfIds() throws IOException {
    write("part-1", true, example("b", 2));
    write("part-0", true, example("c", 1), example("a", 3));
    try (FeatureStore store = FeatureStore.open(directory, MELS)) {
      assertThat(store.examples()).extracting(Example::id).containsExactly("a", "b", "c");
      assertThat(store.examples().get(0)).isEqualTo(example("a", 3));
      assertThat(store.read(0)).isEqualTo(features("a", 3));
      assertThat(store.read(1)).isEqualTo(features("b", 2));
      assertThat(store.read(2)).isEqualTo(features("c", 1));
    }
  }

  @Test
  void aShardThatWasNotFinishedIsNone() throws IOException {
    write("part-0", true, example("a", 3));
    write("part-1", false, example("b", 2));
    try (FeatureStore store = FeatureStore.open(directory, MELS)) {
      assertThat(store.examples()).extracting(Example::id).containsExactly("a");
    }
  }

  @Test
  void aShardThatIsCutOffIsRefused() throws IOException {
    write("part-0", true, example("a", 3));
    Files.write(directory.resolve("part-0.f16"), new byte[10]);
    assertThatThrownBy(() -> FeatureStore.open(directory, MELS))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("it has 10 bytes, but its index needs 12");
  }

  @Test
  void anEmptyDirectoryIsRefused() {
    assertThatThrownBy(() -> FeatureStore.open(directory, MELS))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot train: no features in " + directory);
  }

  @Test
  void statisticsAreThoseOfAllFrames() throws IOException {
    write("part-0", true, example("a", 3), example("b", 2));
    try (FeatureStore store = FeatureStore.open(directory, MELS)) {
      Normalization normalization = Normalization.of(store);
      // Filter 0 holds 97, 99, 101 and 98, 100; filter 1 one more each.
      assertThat(normalization.mean()).containsExactly(99, 100);
      assertThat(normalization.std()[0]).isEqualTo((float) Math.sqrt(2));
    }
  }

  private void write(String shard, boolean complete, Example... examples) throws IOException {
    try (FeatureShardWriter writer = new FeatureShardWriter(directory, shard, MELS)) {
      for (Example example : List.of(examples)) {
        writer.add(example, features(example.id(), example.frames()));
      }
      if (complete) {
        writer.complete();
      }
    }
  }

  private static Example example(String id, int frames) {
    return new Example(id, "eng", "asr", Map.of("reference", "text of " + id), frames);
  }

  /** Whole numbers, which float16 holds exactly, told apart by the id. */
  private static float[] features(String id, int frames) {
    float[] features = new float[frames * MELS];
    for (int i = 0; i < features.length; i++) {
      features[i] = id.charAt(0) + i;
    }
    return features;
  }
}
