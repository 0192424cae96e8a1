package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.espalier.nn.Parameters;
import io.espalier.nn.Script;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The trained gate predictors on one device (Someki et al., Interspeech 2025): which modules run,
 * from the frames and what is known besides. Safe for use by many threads; lives as long as the
 * manager of its weights.
 */
public final class GatePredictor {
  private final GateConfig config;
  private final Script script;
  private final Parameters parameters;
  private final long encoderFlops;
  private final long decoderFlops;

  /**
   * @param weights every one of {@link GateParameters#expected}
   */
  public GatePredictor(GateConfig config, OwsmConfig model, Weights weights) {
    this.config = config;
    List<String> names = new ArrayList<>(GateParameters.expected(config, model).keySet());
    this.script = Script.load(weights.manager(), source(config, names));
    this.parameters =
        Parameters.of(weights.manager(), names.stream().map(weights::get).toArray(NDArray[]::new));
    long width = model.encoder().size();
    this.encoderFlops = GateParameters.flops(config, width, GateParameters.encoderModules(model));
    this.decoderFlops = GateParameters.flops(config, width, GateParameters.decoderModules(model));
  }

  private static String source(GateConfig config, List<String> names) {
    StringBuilder text = new StringBuilder(GateScript.functions());
    StringBuilder arguments = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      arguments.append(", p").append(i).append(": Tensor");
    }
    Map<String, String> bodies =
        Map.of(
            "encoder", GateScript.encoder(config, "x", "y", name -> "p" + names.indexOf(name)),
            "decoder", GateScript.decoder(config, "x", "y", name -> "p" + names.indexOf(name)));
    bodies.forEach(
        (name, body) ->
            text.append("def ")
                .append(name)
                .append("(self: __torch__.Kern, x: Tensor, ")
                .append(GateScript.ARGUMENTS)
                .append(arguments)
                .append(") -> Tensor:\n")
                .append(body)
                .append("  return torch.transpose((self).chosen(y), 0, 1)\n"));
    return text.toString();
  }

  /** What the predictors were made for. */
  public GateConfig config() {
    return config;
  }

  /** FLOPs of the encoder's predictor for one utterance. */
  long encoderFlops() {
    return encoderFlops;
  }

  /** FLOPs of the decoder's predictor for one utterance. */
  long decoderFlops() {
    return decoderFlops;
  }

  /**
   * The encoder's gates.
   *
   * @param frames (rows, frames, width) behind the subsampling
   * @return of each row
   */
  List<OpenModules> encoder(NDManager manager, NDArray frames, GateArrays rows) {
    return gates("encoder", manager, frames, rows);
  }

  /**
   * The decoder's gates.
   *
   * @param frames (rows, frames, width), the encoder's output
   * @return of each row
   */
  List<OpenModules> decoder(NDManager manager, NDArray frames, GateArrays rows) {
    return gates("decoder", manager, frames, rows);
  }

  private List<OpenModules> gates(
      String function, NDManager manager, NDArray frames, GateArrays rows) {
    try (NDManager scope = manager.newSubManager()) {
      var call = script.call(function).with(frames);
      for (NDArray array : rows.arrays(scope, (int) frames.getShape().get(1))) {
        call.with(array);
      }
      NDArray open = call.with(parameters).run(scope);
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
