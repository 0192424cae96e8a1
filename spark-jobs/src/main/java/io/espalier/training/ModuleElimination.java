package io.espalier.training;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.espalier.checkpoint.Bundle;
import io.espalier.libtorch.Libtorch;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.pruning.GateParameters;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.ModuleCosts;
import io.espalier.pruning.OpenModules;
import io.espalier.training.data.Batch;
import io.espalier.training.data.BatchFrames;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.data.SpecAugment;
import io.espalier.training.data.TextTargets;
import io.espalier.training.objective.GateSource;
import io.espalier.training.objective.Objective;
import io.espalier.training.objective.ObjectiveSettings;
import io.espalier.training.objective.ObjectiveSettings.CtcFirst;
import io.espalier.training.objective.ObjectiveSettings.Distillation;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import io.espalier.training.objective.ParameterLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Static pruning of a trained model without further training: backward elimination. One module
 * after the other is closed for all inputs, each time the one whose absence adds least to the
 * training objective for what it costs.
 *
 * <p>Losses are measured anew only for modules that could be next: damage grows as modules close,
 * so a module that was worse than the next one before is not looked at again.
 */
public final class ModuleElimination implements AutoCloseable {
  /** OWSM's own objective. */
  private static final ObjectiveSettings ENCODER_DECODER =
      new ObjectiveSettings(0.3, CtcFirst.NONE, 0.1, 0, 0, Distillation.NONE, Precision.FLOAT32);

  private static final int ROWS = 16;

  private final NDManager manager;
  private final Tokenizer tokenizer;
  private final Objective objective;
  private final List<Batch> batches = new ArrayList<>();
  private final boolean[] open;
  private final float[] shares;
  private final int encoderModules;
  private final int regularModules;
  private final ObjectiveSettings settings;

  /**
   * A module that could be closed.
   *
   * @param loss with it closed too
   * @param price of closing it: what that adds to the loss, over its share of the costs
   * @param round in which that was measured
   */
  private record Candidate(int module, double loss, double price, int round) {}

  /**
   * Opens a model on the calling thread.
   *
   * @param store utterances to measure the loss on, features of the bundle's front end
   */
  public ModuleElimination(Bundle bundle, FeatureStore store, Device device) throws IOException {
    this(TrainingModel.dense(bundle), store, device);
  }

  ModuleElimination(TrainingModel model, FeatureStore store, Device device) throws IOException {
    OwsmConfig config = model.config();
    ModuleCosts costs = ModuleCosts.flops(config);
    this.encoderModules = costs.encoderShares().length;
    this.regularModules = GateParameters.regularModules(config);
    this.settings =
        config
            .ctcOnly()
            .map(
                own ->
                    ObjectiveSettings.ctc(
                        own.training().weight(), 0, 0, Distillation.NONE, Precision.FLOAT32))
            .orElse(ENCODER_DECODER);
    this.shares =
        Arrays.copyOf(costs.encoderShares(), encoderModules + costs.decoderShares().length);
    System.arraycopy(
        costs.decoderShares(), 0, shares, encoderModules, costs.decoderShares().length);
    this.open = new boolean[shares.length];
    Arrays.fill(open, true);
    this.tokenizer = new Tokenizer(model.bpeModel(), new TokenTable(config.tokens()));
    TextTargets texts = TextTargets.of(config, tokenizer, Map.of(), TextTargets.Shares.NONE);
    BatchFrames frames = new BatchFrames(config, 0, BatchFrames.Rest.VARIED);
    BatchMaker maker =
        new BatchMaker(
            store, model.normalization(), texts, SpecAugment.NONE, frames, Optional.empty());
    int count = store.examples().size();
    for (int start = 0; start < count; start += ROWS) {
      int[] rows = new int[Math.min(ROWS, count - start)];
      int first = start;
      Arrays.setAll(rows, i -> first + i);
      batches.add(maker.evaluate(rows));
    }
    ParameterLayout layout = ParameterLayout.of(config, Optional.empty(), name -> false);
    this.manager = Libtorch.newManager(device);
    this.objective =
        new Objective(
            manager,
            config,
            layout,
            settings,
            model.vector(layout, true),
            model.vector(layout, false),
            new float[0],
            new GateSource.Fixed(this::gates));
  }

  /**
   * Closes modules.
   *
   * @param encoder share of the FLOPs of the encoder's modules to close
   * @param decoder share of the FLOPs of the decoder's modules to close
   * @return the modules that stay
   */
  public GateSet close(double encoder, double decoder) {
    double[] wanted = {encoder, decoder};
    Arrays.fill(open, true);
    double loss = loss();
    PriorityQueue<Candidate> queue =
        new PriorityQueue<>(Comparator.comparingDouble(Candidate::price));
    for (int module = 0; module < open.length; module++) {
      queue.add(measured(module, loss, 0));
    }
    int round = 0;
    while (!queue.isEmpty()) {
      Candidate next = queue.remove();
      int half = next.module() < encoderModules ? 0 : 1;
      // The last one only if that comes nearer to what is wanted.
      if (wanted[half] <= shares[next.module()] / 2) {
        continue;
      }
      if (next.round() < round) {
        queue.add(measured(next.module(), loss, round));
        continue;
      }
      open[next.module()] = false;
      wanted[half] -= shares[next.module()];
      loss = next.loss();
      round++;
    }
    return gates();
  }

  private Candidate measured(int module, double before, int round) {
    open[module] = false;
    double loss = loss();
    open[module] = true;
    return new Candidate(module, loss, (loss - before) / shares[module], round);
  }

  /** The loss of a choice, a mean over the utterances. */
  double loss(GateSet gates) {
    for (int module = 0; module < open.length; module++) {
      open[module] =
          module < encoderModules
              ? gates.encoder().isOpen(module)
              : gates.decoder().isOpen(module - encoderModules);
    }
    return loss();
  }

  private double loss() {
    double sum = 0;
    int utterances = 0;
    for (Batch batch : batches) {
      sum += objective.evaluate(batch, settings.ctcWeight()).total() * batch.rows();
      utterances += batch.rows();
    }
    return sum / utterances;
  }

  private GateSet gates() {
    return new GateSet(
        OpenModules.of(Arrays.copyOf(open, encoderModules)).withExtra(regularModules),
        OpenModules.of(Arrays.copyOfRange(open, encoderModules, open.length)));
  }

  @Override
  public void close() {
    tokenizer.close();
    manager.close();
  }
}
