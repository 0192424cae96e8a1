package io.espalier.spark.context;

import io.espalier.context.ContextInput;
import io.espalier.context.ContextOutcome;
import io.espalier.outcome.ErrorCode;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.Serializable;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Vectors that are a function of the samples alone: the sound file number {@code i} of {@link
 * TranscribeJob} is spoken by voice {@code i % voices}.
 *
 * @param failing ids that fail
 */
public record FakeContexts(int voices, String fingerprint, Failing failing)
    implements ContextFactory {
  /** Numbers of a vector. */
  static final int SIZE = 16;

  /** Which ids fail. */
  public interface Failing extends Predicate<String>, Serializable {}

  public static FakeContexts of(int voices) {
    return new FakeContexts(voices, "fake", id -> false);
  }

  /** With ids that fail. */
  public FakeContexts failing(Failing ids) {
    return new FakeContexts(voices, fingerprint, ids);
  }

  FakeContexts withFingerprint(String other) {
    return new FakeContexts(voices, other, failing);
  }

  @Override
  public String speakerFingerprint() {
    return "speaker of " + fingerprint;
  }

  @Override
  public boolean identifies() {
    return true;
  }

  @Override
  public Open open(TaskDevice device, boolean identify) {
    return new Open() {
      @Override
      public List<ContextOutcome> extract(List<ContextInput> inputs) {
        return inputs.stream().map(FakeContexts.this::outcome).toList();
      }

      @Override
      public void close() {}
    };
  }

  private ContextOutcome outcome(ContextInput input) {
    if (failing.test(input.id())) {
      return new ContextOutcome.Failed(
          input.id(), ErrorCode.OUT_OF_MEMORY, "speaker", "Injected failure");
    }
    boolean given = input.language() != null;
    return new ContextOutcome.Extracted(
        input.id(),
        speaker(input.samples()),
        new float[] {input.samples().length},
        given ? input.language() : "xyz",
        given ? Double.NaN : 0.75,
        new ContextOutcome.Gflops(1, 2, 3),
        5);
  }

  /** A direction of the voice's own, a little beside it, of any length. */
  private float[] speaker(float[] samples) {
    int i = Math.round(samples[0] * 32768 / 64) - 1;
    Random voice = new Random(i % voices);
    Random utterance = new Random(1000 + i);
    float[] vector = new float[SIZE];
    for (int n = 0; n < SIZE; n++) {
      vector[n] = (float) ((i + 1) * (voice.nextGaussian() + 0.05 * utterance.nextGaussian()));
    }
    return vector;
  }
}
