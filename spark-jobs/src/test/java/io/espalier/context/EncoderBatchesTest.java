package io.espalier.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.CapturedLog;
import io.espalier.nn.Halving;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batches whose encoder says how long each recording is. */
class EncoderBatchesTest {
  private static final int SECOND = 16_000;

  private final List<Integer> sizes = new ArrayList<>();

  @Test
  void resultsKeepTheOrderOfTheRecordings() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      List<float[]> recordings =
          IntStream.range(0, 1 + random.nextInt(20))
              .mapToObj(i -> new float[1 + random.nextInt(5 * SECOND)])
              .toList();
      List<Optional<Integer>> results = batches(1 + 10 * random.nextDouble(), 64).run(recordings);
      assertThat(results).isEqualTo(lengths(recordings));
    }
  }

  @Test
  void noBatchHasMoreSecondsThanAllowedUnlessItHoldsOneRecording() {
    List<float[]> recordings = IntStream.range(0, 12).mapToObj(i -> new float[SECOND + i]).toList();
    batches(4, 64).run(recordings);
    assertThat(sizes).allMatch(size -> size <= 3).hasSize(4);
  }

  @Test
  void aBatchThatDoesNotFitIsHalvedUntilItFitsAndThatIsLogged() {
    List<float[]> recordings = IntStream.range(0, 8).mapToObj(i -> new float[SECOND]).toList();
    try (CapturedLog log = CapturedLog.of(Halving.class)) {
      assertThat(batches(100, 3).run(recordings)).isEqualTo(lengths(recordings));
      assertThat(log.lines())
          .hasSize(3)
          .first()
          .asString()
          .startsWith("INFO Halved a batch of 8 windows");
    }
  }

  @Test
  void aRecordingThatDoesNotFitAloneHasNoResult() {
    assertThat(batches(100, 0).run(List.of(new float[SECOND]))).containsExactly(Optional.empty());
  }

  @Test
  void otherErrorsAreNotSwallowed() {
    IllegalStateException fault = new IllegalStateException("another fault");
    EncoderBatches<Integer> faulty =
        new EncoderBatches<>(
            recordings -> {
              throw fault;
            },
            100,
            1);
    assertThatThrownBy(() -> faulty.run(List.of(new float[1]))).isSameAs(fault);
  }

  /** An encoder with memory for {@code most} recordings at a time. */
  private EncoderBatches<Integer> batches(double batchSeconds, int most) {
    return new EncoderBatches<>(
        recordings -> {
          if (recordings.size() > most) {
            throw new OutOfMemoryError("as if the device were full");
          }
          sizes.add(recordings.size());
          return recordings.stream().map(recording -> recording.length).toList();
        },
        batchSeconds,
        1);
  }

  private static List<Optional<Integer>> lengths(List<float[]> recordings) {
    return recordings.stream().map(each -> Optional.of(each.length)).collect(Collectors.toList());
  }
}
