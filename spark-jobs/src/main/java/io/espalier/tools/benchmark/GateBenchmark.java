package io.espalier.tools.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Weights;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.EncoderGates;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.ModuleGates;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.Rows;
import io.espalier.pruning.BatchGates;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.FrameView.Pooling;
import io.espalier.pruning.FrameView.Scope;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateInput;
import io.espalier.pruning.GateParameters;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.GatePredictor;
import io.espalier.pruning.ModuleCosts;
import io.espalier.pruning.OpenModules;
import io.espalier.pruning.SparsityRange;
import io.espalier.pruning.UtteranceContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Measures the time that closed modules save, and the cost of gates that close nothing: the encoder
 * of one batch, dense and gated in turns.
 */
final class GateBenchmark {
  private static final int BATCH = 8;
  private static final int ROUNDS = 12;
  private static final int POOLING_HIDDEN = 64;

  /** What predictors see, by the names in the measurements. */
  private static final Map<String, FrameView> VIEWS =
      new TreeMap<>(
          Map.of(
              "",
              FrameView.DEFAULT,
              "attentive_",
              new FrameView(Pooling.ATTENTIVE, POOLING_HIDDEN, Scope.STACK),
              "layer_",
              new FrameView(Pooling.STATISTICS, 0, Scope.LAYER),
              "layer_attentive_",
              new FrameView(Pooling.ATTENTIVE, POOLING_HIDDEN, Scope.LAYER)));

  private static final double HALF = 0.5;
  private static final double TOLERANCE = 0.005;
  private static final CostPart[] ENCODER = {
    CostPart.ENCODER_FFN1,
    CostPart.ENCODER_ATT,
    CostPart.ENCODER_CGMLP,
    CostPart.ENCODER_MERGE,
    CostPart.ENCODER_FFN2
  };

  private final RandomModel random;
  private final OwsmModel model;
  private final int modules;

  GateBenchmark(RandomModel random) {
    this.random = random;
    this.model = random.model();
    this.modules = GateParameters.encoderModules(model.config());
  }

  List<Measurement> run() {
    try (NDManager scope = random.manager().newSubManager()) {
      int mels = model.config().frontend().nMels();
      int length = model.logMel().frames(model.config().windowSamples());
      NDArray features = scope.randomNormal(new Shape(BATCH, length, mels));
      NDArray frames = model.encoder().subsample(scope, features, CostMeter.NONE);
      features.close();
      return measure(scope, frames);
    }
  }

  private List<Measurement> measure(NDManager scope, NDArray frames) {
    boolean[] half = half();
    EncoderGates shared = alike(OpenModules.of(half));
    EncoderGates own = BatchGates.encoder(shuffled(half));
    List<GateInput> rows = rows((int) frames.getShape().get(1));
    Contest dense = new Contest(() -> DeviceWait.consume(encode(scope, frames, ModuleGates.OPEN)));
    List<Contest> gated =
        VIEWS.values().stream()
            .map(view -> learned(scope, view))
            .map(
                policy ->
                    new Contest(() -> DeviceWait.consume(decide(scope, frames, policy, rows))))
            .toList();
    Contest grouped = new Contest(() -> DeviceWait.consume(encode(scope, frames, shared)));
    Contest mixed = new Contest(() -> DeviceWait.consume(encode(scope, frames, own)));
    List<Contest> all = new ArrayList<>(List.of(dense, grouped, mixed));
    all.addAll(gated);
    Contest.takeTurns(all, ROUNDS);
    double spent = share(scope, frames, shared);
    double spentMixed = share(scope, frames, own);
    List<Measurement> measured = new ArrayList<>();
    measured.add(Measurement.of("encoder_dense_s_batch_8", dense.best(), "s"));
    List<String> names = List.copyOf(VIEWS.keySet());
    for (int i = 0; i < names.size(); i++) {
      String name = "encoder_%sgates_all_open_time_over_dense".formatted(names.get(i));
      double ratio = gated.get(i).best() / dense.best();
      measured.add(
          names.get(i).isEmpty()
              ? new Measurement(name, ratio, "", "at most 1.02")
              : Measurement.of(name, ratio, ""));
    }
    measured.addAll(
        List.of(
            Measurement.of("encoder_flops_over_dense_same_gates", spent, ""),
            new Measurement(
                "encoder_time_over_dense_same_gates",
                grouped.best() / dense.best(),
                "",
                "at most 0.55 at half the FLOPs"),
            Measurement.of("encoder_flops_over_dense_mixed_gates", spentMixed, ""),
            Measurement.of(
                "encoder_time_over_dense_mixed_gates", mixed.best() / dense.best(), "")));
    return measured;
  }

  private GatePolicy learned(NDManager scope, FrameView view) {
    GatePredictor predictor = predictor(scope, view);
    return GateChoice.Learned.DEFAULTS.policy(model.config(), Optional.of(predictor));
  }

  /** The encoder with all modules open, whatever the predictors decide. */
  private NDArray decide(NDManager scope, NDArray frames, GatePolicy policy, List<GateInput> rows) {
    if (policy.isByLayer()) {
      return encode(scope, frames, new Ignored(policy.layers(rows, CostMeter.NONE)));
    }
    policy.encoder(scope, frames, rows, CostMeter.NONE);
    return encode(scope, frames, alike(OpenModules.all(modules)));
  }

  /** Gates that are decided for nothing. */
  private record Ignored(EncoderGates gates) implements EncoderGates {
    @Override
    public Rows encoder(int layer, EncoderModule module, int batch) {
      return Rows.all(batch);
    }

    @Override
    public void before(NDManager manager, int layer, NDArray frames, int first) {
      gates.before(manager, layer, frames, first);
    }
  }

  private NDArray encode(NDManager scope, NDArray frames, EncoderGates gates) {
    return model.encoder().forward(scope, frames, FrameMask.none(scope), gates, CostMeter.NONE);
  }

  /** The first random set of gates whose modules cost half of the encoder. */
  private boolean[] half() {
    float[] shares = ModuleCosts.flops(model.config()).encoderShares();
    for (long seed = 1; ; seed++) {
      Random draw = new Random(seed);
      boolean[] gates = new boolean[modules];
      double open = 0;
      for (int module = 0; module < modules; module++) {
        gates[module] = draw.nextBoolean();
        open += gates[module] ? shares[module] : 0;
      }
      if (Math.abs(open - HALF) < TOLERANCE) {
        return gates;
      }
    }
  }

  /** What the ledger says. */
  private double share(NDManager scope, NDArray frames, EncoderGates gates) {
    FlopLedger ledger = new FlopLedger(BATCH);
    model.encoder().forward(scope, frames, FrameMask.none(scope), gates, ledger).close();
    double spent = 0;
    double dense = 0;
    for (int row = 0; row < BATCH; row++) {
      spent += ledger.spent(row, ENCODER);
      dense += ledger.gigaDense(row) * 1e9;
    }
    return spent / dense;
  }

  private static EncoderGates alike(OpenModules gates) {
    return BatchGates.encoder(Collections.nCopies(BATCH, gates));
  }

  /** As many open modules in each row, of the same kinds, in other layers. */
  private List<OpenModules> shuffled(boolean[] gates) {
    int perLayer = modules / model.config().encoder().numBlocks();
    List<OpenModules> rows = new ArrayList<>();
    for (int row = 0; row < BATCH; row++) {
      boolean[] own = new boolean[modules];
      for (int module = 0; module < modules; module++) {
        own[module] = gates[(module + row * perLayer) % modules];
      }
      rows.add(OpenModules.of(own));
    }
    return rows;
  }

  private static List<GateInput> rows(int frames) {
    UtteranceContext context =
        new UtteranceContext(new float[192], new float[768], Double.NaN, 0, 0);
    List<GateInput> rows = new ArrayList<>();
    for (int row = 0; row < BATCH; row++) {
      rows.add(new GateInput("u" + row, "eng", "asr", context, frames));
    }
    return rows;
  }

  /** Predictors as large as those of a real model, with the embeddings of ECAPA and BEATs. */
  private static GateConfig shape(FrameView view) {
    return new GateConfig(
        Set.of(ContextKind.values()),
        192,
        768,
        List.of("eng"),
        List.of("asr"),
        64,
        256,
        new SparsityRange(0, 0.7),
        new SparsityRange(0, 0.7),
        0.5,
        view);
  }

  private GatePredictor predictor(NDManager scope, FrameView view) {
    OwsmConfig config = model.config();
    Map<String, NDArray> weights = new HashMap<>();
    GateParameters.expected(shape(view), config)
        .forEach((name, size) -> weights.put(name, scope.randomNormal(size)));
    return new GatePredictor(shape(view), config, new Weights(scope, weights));
  }
}
