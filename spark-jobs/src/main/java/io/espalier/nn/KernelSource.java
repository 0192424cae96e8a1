package io.espalier.nn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The TorchScript text of the kernels, for one kind of device.
 *
 * <p>The resources in {@link #RESOURCES} are written against a function {@code linear} and its
 * fused activations, which this class puts in front: oneDNN's fused linear layers on a CPU (two
 * times faster than the default on many machines), plain ones elsewhere. The fused form has no
 * gradient, so it is for inference only.
 */
enum KernelSource {
  /** oneDNN linear layers with fused activations. */
  ONEDNN(
      """
        def linear(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return ops.mkldnn._linear_pointwise(x, w, b, "none", annotate(List[Optional[number]], []), "")
        def linear_swish(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return ops.mkldnn._linear_pointwise(x, w, b, "swish", annotate(List[Optional[number]], []), "")
        def linear_relu(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return ops.mkldnn._linear_pointwise(x, w, b, "relu", annotate(List[Optional[number]], []), "")
        def linear_gelu(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return ops.mkldnn._linear_pointwise(x, w, b, "gelu", annotate(List[Optional[number]], []), "none")
        def pack(self: __torch__.Kern, w: Tensor, rows: int) -> Tensor:
          return ops.mkldnn._reorder_linear_weight(w, rows)
      """),
  /** Whatever libtorch does by default. */
  PLAIN(
      """
        def linear(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return torch.linear(x, w, b)
        def linear_swish(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return torch.silu(torch.linear(x, w, b))
        def linear_relu(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return torch.relu(torch.linear(x, w, b))
        def linear_gelu(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return torch.gelu(torch.linear(x, w, b))
        def pack(self: __torch__.Kern, w: Tensor, rows: int) -> Tensor:
          return w
      """);

  /** What every module's source begins with. */
  static final String HEADER =
      """
      class Kern(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  /** OWSM's kernels, then those of the context encoders. */
  private static final List<String> RESOURCES =
      List.of("kernels.torchscript", "kernels-context.torchscript");

  private final String linears;

  KernelSource(String linears) {
    this.linears = linears;
  }

  /** The module's source, as TorchScript's archive format wants it. */
  String text() {
    StringBuilder source = new StringBuilder(HEADER + linears.indent(0));
    for (String name : RESOURCES) {
      try (InputStream in = KernelSource.class.getResourceAsStream(name)) {
        source.append(new String(in.readAllBytes(), StandardCharsets.UTF_8).indent(2));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return source.toString();
  }
}
