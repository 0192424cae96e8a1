package io.espalier.spark.bundle;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.checkpoint.Bundle;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.GatePredictor;
import io.espalier.search.OwsmTranscriber;
import io.espalier.search.Padding;
import io.espalier.search.Transcriber;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Opens a bundle as an OWSM on DJL's PyTorch engine. */
public final class OwsmOpener implements BundleOpener {
  private static final long serialVersionUID = 1L;
  private static final String ENGINE = "PyTorch";

  @Override
  public OpenBundle open(Path directory, TaskDevice device) throws IOException {
    Bundle bundle = Bundle.open(directory);
    NDManager manager = NDManager.newBaseManager(djlDevice(device), ENGINE);
    Tokenizer tokenizer = null;
    try {
      JniUtils.setGradMode(false);
      TokenTable tokens = new TokenTable(bundle.tokens());
      tokenizer = new Tokenizer(bundle.bpeModel(), tokens);
      Weights weights = bundle.loadWeights(manager);
      OwsmModel model = new OwsmModel(bundle.config(), weights);
      return new OpenOwsm(model, bundle.gatePredictor(weights), tokens, tokenizer);
    } catch (IOException | RuntimeException | Error e) {
      if (tokenizer != null) {
        tokenizer.close();
      }
      manager.close();
      throw e;
    }
  }

  /** The same device in DJL's words. */
  public static Device djlDevice(TaskDevice device) {
    if (!device.isGpu()) {
      return Device.cpu();
    }
    int index = Integer.parseInt(device.name().substring(device.name().indexOf(':') + 1));
    int there = Engine.getEngine(ENGINE).getGpuCount();
    if (index >= there) {
      throw new IllegalStateException(
          String.format(
                  Locale.ROOT,
                  "Cannot use %s: libtorch sees %d GPUs. Build with -Pcuda and check the driver, or"
                      + " give",
                  device.name(),
                  there)
              + " --device cpu");
    }
    return Device.gpu(index);
  }

  /** One model with its tokenizer. */
  private record OpenOwsm(
      OwsmModel model, Optional<GatePredictor> predictor, TokenTable tokens, Tokenizer tokenizer)
      implements OpenBundle {
    @Override
    public Transcriber transcriber(
        DecodingOptions options,
        GateChoice gates,
        Padding padding,
        double batchSeconds,
        int threads) {
      // libtorch keeps both for each thread, and a task computes on the one that opens it.
      JniUtils.setGradMode(false);
      JniUtils.setNumThreads(threads);
      GatePolicy policy = gates.policy(model.config(), predictor);
      return new OwsmTranscriber(model, tokens, tokenizer, options, padding, batchSeconds, policy);
    }

    @Override
    public void close() {
      tokenizer.close();
      model.manager().close();
    }
  }
}
