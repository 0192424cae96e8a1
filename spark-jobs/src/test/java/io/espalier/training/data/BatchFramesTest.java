package io.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.WindowShape;
import io.espalier.owsm.BucketLengths;
import io.espalier.owsm.OwsmConfig;
import io.espalier.training.data.BatchFrames.Rest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchFramesTest {
  private static final int RATE = 16_000;
  private static final int HOP = 160;

  @Test
  void theRestIsPaddedToTheBucketThatDecodingPadsTo() {
    OwsmConfig config = WindowShape.of(8);
    BucketLengths buckets = BucketLengths.of(config);
    BatchFrames frames = new BatchFrames(config, 0, Rest.BUCKET);
    SplittableRandom random = new SplittableRandom(1);
    try (FeatureExtractor extractor = new FeatureExtractor(config.frontend().settings())) {
      int same = 0;
      int count = 0;
      for (int samples = 1000; samples <= 8 * RATE; samples += 499) {
        int decoded = buckets.padded(samples) / HOP + 1;
        int trained = frames.draw(extractor.frames(samples), random);
        assertThat(trained).isGreaterThanOrEqualTo(decoded).isIn(all(buckets));
        same += trained == decoded ? 1 : 0;
        count++;
      }
      // A frame is shorter than what lies between two lengths, so few are padded further.
      assertThat(same).isGreaterThan(count * 95 / 100);
    }
  }

  @Test
  void aShareShowsTheWholeWindow() {
    BatchFrames frames = new BatchFrames(WindowShape.of(8), 0.25, Rest.BUCKET);
    SplittableRandom random = new SplittableRandom(1);
    long whole =
        IntStream.range(0, 400).filter(i -> frames.draw(100, random) == frames.window()).count();
    assertThat(frames.window()).isEqualTo(801);
    assertThat(whole).isBetween(70L, 130L);
  }

  @Test
  void speechBeyondTheWindowIsNotCut() {
    SplittableRandom random = new SplittableRandom(1);
    for (Rest rest : Rest.values()) {
      assertThat(new BatchFrames(WindowShape.of(8), 0.5, rest).draw(900, random)).isEqualTo(900);
    }
  }

  private static List<Integer> all(BucketLengths buckets) {
    return IntStream.of(buckets.all()).map(samples -> samples / HOP + 1).boxed().toList();
  }
}
