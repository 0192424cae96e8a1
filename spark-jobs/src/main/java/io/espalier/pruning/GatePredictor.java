package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.espalier.nn.Kernels;
import io.espalier.nn.Parameters;
import io.espalier.nn.Script;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The trained gate predictors on one device (Someki et al., Interspeech 2025): which modules run,
 * from the frames and what is known besides. Safe for use by many threads; lives as long as the
 * manager of its weights.
 */
public final class GatePredictor {
  private static final String DECODER = "decoder";

  private final GateConfig config;
  private final OwsmConfig model;
  private final Script script;
  private final Map<String, Parameters> parameters;

  /**
   * @param weights every one of {@link GateParameters#expected}
   */
  public GatePredictor(GateConfig config, OwsmConfig model, Weights weights) {
    this.config = config;
    this.model = model;
    this.parameters = new HashMap<>();
    StringBuilder text = new StringBuilder(GateScript.functions());
    List<String> encoder = GateParameters.encoderPredictors(config, model);
    for (int i = 0; i < encoder.size(); i++) {
      int index = i;
      List<String> names = GateParameters.of(encoder.get(i), config, model);
      define(
          text,
          encoder(i),
          names,
          parameter -> GateScript.encoder(config, model, index, "x", "y", parameter));
      wrap(encoder(i), names, weights);
    }
    if (GateParameters.decoderModules(model) > 0) {
      List<String> names =
          GateParameters.decoderPredictors(config, model).stream()
              .flatMap(name -> GateParameters.of(name, config, model).stream())
              .toList();
      define(
          text,
          DECODER,
          names,
          parameter -> GateScript.decoder(config, model, "x", "y", parameter));
      wrap(DECODER, names, weights);
    }
    this.script = Script.load(weights.manager(), text.toString());
  }

  private GatePredictor(GatePredictor other, Script script) {
    this.config = other.config;
    this.model = other.model;
    this.parameters = other.parameters;
    this.script = script;
  }

  /** The same predictors, whose calls are told: frames, what is known besides, parameters. */
  public GatePredictor observed(Kernels.Observer observer) {
    return new GatePredictor(this, script.observed(observer));
  }

  private static String encoder(int index) {
    return "encoder" + index;
  }

  private void wrap(String function, List<String> names, Weights weights) {
    NDArray[] arrays = names.stream().map(weights::get).toArray(NDArray[]::new);
    parameters.put(function, Parameters.of(weights.manager(), arrays));
  }

  private static void define(
      StringBuilder text,
      String function,
      List<String> names,
      Function<UnaryOperator<String>, String> body) {
    text.append("def ")
        .append(function)
        .append("(self: __torch__.Kern, x: Tensor, ")
        .append(GateScript.ARGUMENTS);
    for (int i = 0; i < names.size(); i++) {
      text.append(", p").append(i).append(": Tensor");
    }
    text.append(") -> Tensor:\n")
        .append(body.apply(name -> "p" + names.indexOf(name)))
        .append("  return torch.transpose((self).chosen(y), 0, 1)\n");
  }

  /** What the predictors were made for. */
  public GateConfig config() {
    return config;
  }

  /** The model whose modules they decide about. */
  OwsmConfig model() {
    return model;
  }

  /**
   * FLOPs of one of the encoder's predictors for one utterance.
   *
   * @param index of the predictor: 0, or the layer's where each has one
   * @param frames that it computes on
   */
  long encoderFlops(int index, long frames) {
    int modules = GateParameters.encoderModules(config, model, index);
    return GateParameters.flops(config, model, modules, frames);
  }

  /** FLOPs of all of the decoder's predictors for one utterance of that many frames. */
  long decoderFlops(long frames) {
    int predictors = GateParameters.decoderPredictors(config, model).size();
    int modules = GateParameters.decoderModules(model) / predictors;
    return predictors * GateParameters.flops(config, model, modules, frames);
  }

  /**
   * Gates of the encoder.
   *
   * @param index of the predictor: 0, or the layer's where each has one
   * @param frames (rows, frames, width), what the predictor sees
   * @return for each row those modules that the predictor decides about; of a layer, the cross
   *     attention stands behind the others
   */
  List<OpenModules> encoder(NDManager manager, int index, NDArray frames, GateArrays rows) {
    List<OpenModules> gates = gates(encoder(index), manager, frames, rows);
    int regular = GateParameters.regularModules(model);
    return config.view().isByLayer()
        ? gates
        : gates.stream().map(own -> own.withExtra(regular)).toList();
  }

  /**
   * The decoder's gates.
   *
   * @param frames (rows, frames, width), the encoder's output
   * @return of each row
   */
  List<OpenModules> decoder(NDManager manager, NDArray frames, GateArrays rows) {
    return gates(DECODER, manager, frames, rows);
  }

  private List<OpenModules> gates(
      String function, NDManager manager, NDArray frames, GateArrays rows) {
    try (NDManager scope = manager.newSubManager()) {
      var call = script.call(function).with(frames);
      for (NDArray array : rows.arrays(scope, (int) frames.getShape().get(1))) {
        call.with(array);
      }
      NDArray open = call.with(parameters.get(function)).run(scope);
      boolean[] flat = open.toType(DataType.BOOLEAN, false).toBooleanArray();
      int modules = flat.length / rows.rows();
      List<OpenModules> gates = new ArrayList<>();
      for (int start = 0; start < flat.length; start += modules) {
        gates.add(OpenModules.of(Arrays.copyOfRange(flat, start, start + modules)));
      }
      return gates;
    }
  }
}
