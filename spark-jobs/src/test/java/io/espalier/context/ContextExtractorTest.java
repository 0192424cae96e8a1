package io.espalier.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.espalier.context.ContextOutcome.Extracted;
import io.espalier.context.ContextOutcome.Failed;
import io.espalier.outcome.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContextExtractorTest {
  private static final int RATE = 16_000;
  private static final ContextOptions OPTIONS = new ContextOptions(1, 1, 4, 0, null);

  private final List<List<Integer>> batches = new ArrayList<>();

  @Test
  void aLongRecordingIsTheMeanOfItsWindows() {
    float[] samples = new float[3 * RATE];
    Arrays.fill(samples, 0, 3 * RATE / 2, 1);
    Extracted long3 = (Extracted) extract(new Mean(Integer.MAX_VALUE), OPTIONS, samples).get(0);
    assertThat(long3.speaker()).containsExactly(new float[] {0.5f}, within(1e-6f));
    assertThat(batches.get(0)).containsExactly(RATE, RATE, RATE);
    assertThat(long3.gflops().speaker()).isEqualTo(3e-9, within(1e-15));
  }

  @Test
  void batchesAreOfLikeLengthAndWithinTheirSeconds() {
    ContextOptions options = new ContextOptions(100, 100, 4, 0, null);
    List<ContextOutcome> outcomes =
        extract(
            new Mean(Integer.MAX_VALUE),
            options,
            new float[3 * RATE],
            new float[RATE],
            new float[9 * RATE],
            new float[2 * RATE],
            new float[RATE]);
    assertThat(batches)
        .containsExactly(
            List.of(RATE, RATE), List.of(2 * RATE), List.of(3 * RATE), List.of(9 * RATE));
    assertThat(outcomes).extracting(ContextOutcome::id).containsExactly("0", "1", "2", "3", "4");
  }

  @Test
  void aBatchThatDoesNotFitIsHalvedAndOneThatNeverDoesFails() {
    float[] big = new float[RATE];
    List<ContextOutcome> outcomes =
        extract(new Mean(RATE), OPTIONS, new float[RATE / 2], big, big, new float[2 * RATE]);
    assertThat(outcomes).allMatch(outcome -> outcome instanceof Extracted);
    List<ContextOutcome> never = extract(new Mean(RATE / 2), OPTIONS, big, new float[RATE / 2]);
    assertThat(((Failed) never.get(0)).code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
    assertThat(never.get(1)).isInstanceOf(Extracted.class);
  }

  @Test
  void tooFewSamplesFailTheRowAlone() {
    List<ContextOutcome> outcomes =
        extract(new Mean(RATE), OPTIONS, new float[Mean.LEAST - 1], new float[Mean.LEAST]);
    assertThat(((Failed) outcomes.get(0)).code()).isEqualTo(ErrorCode.AUDIO_TOO_SHORT);
    assertThat(((Failed) outcomes.get(0)).message()).contains("99 samples, minimum is 100");
    assertThat(outcomes.get(1)).isInstanceOf(Extracted.class);
  }

  @Test
  void anUncertainLanguageFailsOrGivesWay() {
    ContextOutcome failed = identify(new ContextOptions(1, 1, 4, 0.7, null), null);
    assertThat(((Failed) failed).code()).isEqualTo(ErrorCode.LANGUAGE_UNCERTAIN);
    assertThat(((Failed) failed).message()).contains("ita has probability 0.600");
    Extracted instead = (Extracted) identify(new ContextOptions(1, 1, 4, 0.7, "deu"), null);
    assertThat(instead.language()).isEqualTo("deu");
    assertThat(instead.languageProbability()).isEqualTo(0.6);
    Extracted certain = (Extracted) identify(new ContextOptions(1, 1, 4, 0.6, null), null);
    assertThat(certain.language()).isEqualTo("ita");
  }

  @Test
  void aGivenLanguageIsNotAskedFor() {
    Extracted given = (Extracted) identify(new ContextOptions(1, 1, 4, 0.7, null), "fra");
    assertThat(given.language()).isEqualTo("fra");
    assertThat(given.languageProbability()).isNaN();
    assertThat(given.gflops().language()).isZero();
  }

  private static ContextOutcome identify(ContextOptions options, String given) {
    LanguageSource source =
        new LanguageSource() {
          @Override
          public int windowSamples() {
            return RATE;
          }

          @Override
          public List<Identified> identify(List<float[]> recordings) {
            return recordings.stream().map(each -> new Identified("ita", 0.6, 7)).toList();
          }
        };
    return new ContextExtractor(Optional.empty(), Optional.empty(), Optional.of(source), options)
        .extract(List.of(new ContextInput("a", new float[RATE], given)))
        .get(0);
  }

  private List<ContextOutcome> extract(
      ContextEncoder encoder, ContextOptions options, float[]... recordings) {
    List<ContextInput> inputs = new ArrayList<>();
    for (float[] samples : recordings) {
      inputs.add(new ContextInput(String.valueOf(inputs.size()), samples, "deu"));
    }
    return new ContextExtractor(Optional.of(encoder), Optional.empty(), Optional.empty(), options)
        .extract(inputs);
  }

  /** The mean of the samples; has memory for so many samples. */
  private final class Mean implements ContextEncoder {
    static final int LEAST = 100;
    private final int memory;

    Mean(int memory) {
      this.memory = memory;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public int minSamples() {
      return LEAST;
    }

    @Override
    public List<Embedding> encode(List<float[]> recordings) {
      int longest = recordings.stream().mapToInt(samples -> samples.length).max().orElseThrow();
      if (recordings.size() * longest > memory) {
        throw new EngineException("CUDA out of memory");
      }
      batches.add(recordings.stream().map(samples -> samples.length).toList());
      return recordings.stream().map(samples -> new Embedding(mean(samples), 1)).toList();
    }

    private float[] mean(float[] samples) {
      double sum = 0;
      for (float sample : samples) {
        sum += sample;
      }
      return new float[] {(float) (sum / samples.length)};
    }

    @Override
    public NDManager manager() {
      throw new UnsupportedOperationException("Not needed here");
    }
  }
}
