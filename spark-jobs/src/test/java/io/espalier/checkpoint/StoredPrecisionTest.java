package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.checkpoint.importer.Importer;
import io.espalier.conf.UsageException;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.nn.Precision;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.ModuleGates;
import io.espalier.owsm.OwsmModel;
import io.espalier.search.LoadedOwsm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a smaller bundle leaves out is what its precision would have rounded away anyway. */
class StoredPrecisionTest {
  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BFLOAT16", "INT8"})
  void aSmallerBundleComputesTheSameInItsPrecision(Precision precision) throws IOException {
    assumeTrue(canCompute(precision));
    Path whole = bundle(Precision.FLOAT32);
    Path smaller = bundle(precision);
    assertThat(Files.size(smaller.resolve(Bundle.MODEL)))
        .isLessThan(Files.size(whole.resolve(Bundle.MODEL)));
    float[] expected = encode(whole, precision);
    float[] found = encode(smaller, precision);
    double most = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs(expected[i] - found[i]));
    }
    // Scales of 8-bit weights are computed again, and may differ in their last bit.
    assertThat(most).isLessThanOrEqualTo(precision == Precision.BFLOAT16 ? 0 : 0.05);
  }

  private static boolean canCompute(Precision precision) {
    try {
      precision.requireOn(Device.cpu());
      return true;
    } catch (UsageException e) {
      return false;
    }
  }

  private Path bundle(Precision precision) throws IOException {
    ReferenceSet set = ReferenceSets.owsmAed().get(0);
    Path bundle = temp.resolve(precision.text());
    Importer.importModel(
        set.dir(), bundle, new ImportOptions(precision, false, "tiny"), line -> {});
    return bundle;
  }

  private static float[] encode(Path bundle, Precision precision) throws IOException {
    try (LoadedOwsm owsm = Bundle.open(bundle).load(Device.cpu(), precision);
        NDManager scope = owsm.model().manager().newSubManager()) {
      JniUtils.setGradMode(false);
      OwsmModel model = owsm.model();
      float[] samples = new float[model.config().windowSamples()];
      Random random = new Random(5);
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (float) (0.1 * random.nextGaussian());
      }
      NDArray batch = HostData.of(scope, samples, new Shape(1, samples.length));
      NDArray features = model.logMel().forward(scope, batch);
      NDArray frames = model.encoder().subsample(scope, features, CostMeter.NONE);
      return model
          .encoder()
          .forward(scope, frames, FrameMask.none(scope), ModuleGates.OPEN, CostMeter.NONE)
          .toFloatArray();
    }
  }
}
