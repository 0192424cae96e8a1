package io.espalier.context;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Parameters;
import io.espalier.nn.Weights;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A Res2 block with squeeze-excitation: ESPnet's {@code EcapaBlock}. */
final class EcapaBlock {
  private final Kernels kernels;
  private final Parameters res2;
  private final Parameters gate;
  private final int dilation;
  private final SpeakerConfig config;

  /**
   * @param name the block's name, with {@code conv1}, {@code convs}, {@code se}, ... below
   */
  EcapaBlock(ModuleScope module, String name, int dilation, SpeakerConfig config) {
    this.kernels = module.kernels();
    this.dilation = dilation;
    this.config = config;
    Weights weights = module.weights();
    Norms first = Norms.of(weights, name + ".bn1").perChannel();
    Norms last = Norms.of(weights, name + ".bn3").perChannel();
    this.res2 =
        Parameters.of(
            module.manager(),
            weights.get(name + ".conv1.weight"),
            weights.get(name + ".conv1.bias"),
            first.scale(),
            first.shift(),
            parts(part -> weights.get(name + ".convs." + part + ".weight")),
            parts(part -> weights.get(name + ".convs." + part + ".bias")),
            parts(part -> Norms.of(weights, name + ".bns." + part).perChannel().scale()),
            parts(part -> Norms.of(weights, name + ".bns." + part).perChannel().shift()),
            weights.get(name + ".conv3.weight"),
            weights.get(name + ".conv3.bias"),
            last.scale(),
            last.shift());
    Norms squeezed = Norms.of(weights, name + ".se.se.3").perChannel();
    this.gate =
        Parameters.of(
            module.manager(),
            weights.get(name + ".se.se.1.weight"),
            weights.get(name + ".se.se.1.bias"),
            squeezed.scale(),
            squeezed.shift(),
            weights.get(name + ".se.se.4.weight"),
            weights.get(name + ".se.se.4.bias"));
  }

  private NDArray parts(Function<Integer, NDArray> part) {
    return NDArrays.stack(
        new NDList(
            IntStream.range(0, config.scale() - 1).boxed().map(part).toArray(NDArray[]::new)));
  }

  /** (rows, width, frames) to the same shape. */
  NDArray forward(NDManager manager, NDArray x, ChannelMask mask) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray o = res2(scope, x, mask);
      NDArray y = o.mul(gate(scope, o, mask)).add(x);
      y.attach(manager);
      return y;
    }
  }

  /** The convolutions: (rows, width, frames) to the same shape. */
  NDArray res2(NDManager manager, NDArray x, ChannelMask mask) {
    return kernels
        .call("ecapa_res2")
        .with(x)
        .with(res2)
        .with(dilation)
        .with(mask.keep())
        .run(manager);
  }

  /** Squeeze-excitation: what {@link #res2} gave to (rows, width, 1). */
  NDArray gate(NDManager manager, NDArray o, ChannelMask mask) {
    return kernels
        .call("ecapa_gate")
        .with(o)
        .with(gate)
        .with(mask.keep())
        .with(mask.count())
        .run(manager);
  }

  /** FLOPs for one row of that many frames. */
  long flops(long frames) {
    long width = config.width();
    long part = config.partWidth();
    long inner = part * config.scale();
    return 2 * frames * (2 * width * inner + (config.scale() - 1) * part * part * 3)
        + 4 * width * SpeakerConfig.GATE_SIZE;
  }
}
