package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.conf.UsageException;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.Precision;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.ModuleGates;
import io.espalier.owsm.OwsmModel;
import io.espalier.search.beam.DecodingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lower precisions compute the same network, with their own rounding and no more. */
class PrecisionTest {
  private static final int RATE = 16_000;

  static Stream<Arguments> cases() {
    return ReferenceSets.owsmAed().stream()
        .flatMap(
            set ->
                Stream.of(Precision.BFLOAT16, Precision.INT8)
                    .map(precision -> Arguments.of(set, precision)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theEncoderIsTheSameButForRounding(ReferenceSet set, Precision precision) {
    assumeTrue(canCompute(precision));
    float[] exact;
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      exact = encode(reference);
    }
    try (ReferenceModel reference = open(set, precision)) {
      float[] rounded = encode(reference);
      double error = relativeError(exact, rounded);
      System.out.printf(
          Locale.ROOT, "%s in %s: relative error of the encoder %.4f%n", set, precision, error);
      assertThat(error).isBetween(1e-5, 0.05);
    }
  }

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theKernelsOfAGpuComputeTheSameInBfloat16(ReferenceSet set) {
    Map<String, Outcome.Transcribed> onednn;
    float[] exact;
    try (ReferenceModel reference = open(set, Precision.BFLOAT16)) {
      onednn = transcribe(reference, 8);
      exact = encode(reference);
    }
    try (ReferenceModel reference =
        ReferenceModel.open(set, manager -> Kernels.plain(manager, Precision.BFLOAT16))) {
      assertThat(relativeError(exact, encode(reference))).isBetween(1e-6, 0.02);
      Map<String, Outcome.Transcribed> plain = transcribe(reference, 8);
      long same = plain.keySet().stream().filter(id -> sameText(id, onednn, plain)).count();
      assertThat(same).isGreaterThanOrEqualTo(plain.size() / 2);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTextHardlyDiffersAndDoesNotDependOnTheBatch(ReferenceSet set, Precision precision) {
    assumeTrue(canCompute(precision));
    Map<String, Outcome.Transcribed> exact;
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      exact = transcribe(reference, 1);
    }
    try (ReferenceModel reference = open(set, precision)) {
      Map<String, Outcome.Transcribed> alone = transcribe(reference, 1);
      Map<String, Outcome.Transcribed> together = transcribe(reference, 8);
      long same = exact.keySet().stream().filter(id -> sameText(id, exact, alone)).count();
      long invariant = alone.keySet().stream().filter(id -> sameText(id, alone, together)).count();
      System.out.printf(
          Locale.ROOT,
          "%s in %s: %d of %d token sequences as in float32, %d the same in batches%n",
          set,
          precision,
          same,
          exact.size(),
          invariant);
      assertThat(same).isGreaterThanOrEqualTo(exact.size() / 2);
      assertThat(invariant).isEqualTo(alone.size());
    }
  }

  private static boolean sameText(
      String id, Map<String, Outcome.Transcribed> a, Map<String, Outcome.Transcribed> b) {
    return a.get(id).text().equals(b.get(id).text());
  }

  private static boolean canCompute(Precision precision) {
    try {
      precision.requireOn(Device.cpu());
      return true;
    } catch (UsageException e) {
      return false;
    }
  }

  private static ReferenceModel open(ReferenceSet set, Precision precision) {
    return ReferenceModel.open(set, manager -> Kernels.load(manager, precision));
  }

  private static double relativeError(float[] exact, float[] rounded) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < exact.length; i++) {
      error += Math.pow(exact[i] - rounded[i], 2);
      size += Math.pow(exact[i], 2);
    }
    return Math.sqrt(error / size);
  }

  /** A short and a long row, so that attention takes all of its ways. */
  private static float[] encode(ReferenceModel reference) {
    OwsmModel model = reference.model();
    float[] samples = reference.samples(reference.recordings().get(0));
    float[] window = Arrays.copyOf(samples, model.config().windowSamples());
    try (NDManager scope = reference.manager().newSubManager()) {
      NDArray batch = HostData.of(scope, window, new Shape(1, window.length));
      NDArray features = model.logMel().forward(scope, batch);
      NDArray frames = model.encoder().subsample(scope, features, CostMeter.NONE);
      return model
          .encoder()
          .forward(scope, frames, FrameMask.none(scope), ModuleGates.OPEN, CostMeter.NONE)
          .toFloatArray();
    }
  }

  private static Map<String, Outcome.Transcribed> transcribe(ReferenceModel reference, int batch) {
    DecodingOptions options =
        new DecodingOptions(3, 0.3, -20, 0, 0, false, false, false, 29.0, 0.2);
    List<Utterance> utterances = new ArrayList<>();
    List<String> recordings = reference.recordings();
    for (int i = 0; i < 12; i++) {
      float[] samples = reference.samples(recordings.get(i % recordings.size()));
      int to = Math.min(samples.length, RATE + RATE * i / 3);
      utterances.add(new Utterance("u" + i, Arrays.copyOf(samples, to), "eng", "asr", null));
    }
    return new DecodedReference(reference, options, Padding.FULL, batch).of(utterances);
  }
}
