package io.espalier.nn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The TorchScript text of the kernels for one kind of device and one precision.
 *
 * <p>The kernels are written against a few functions that the texts of a backend define: linear
 * layers with fused activations, the packing of their weights, attention, strided convolutions. On
 * a CPU they are oneDNN's, which take weights that were reordered once; elsewhere they are
 * libtorch's defaults. oneDNN's have no gradient, so they are for inference only.
 *
 * @param backend for reports: {@code ONEDNN} or {@code PLAIN}
 */
record KernelSource(String backend, Precision precision, List<String> parts) {
  /** What every module's source begins with. */
  static final String HEADER =
      """
      class Kern(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  /** OWSM's kernels, then those of the context encoders. */
  private static final List<String> COMMON = List.of("kernels", "kernels-context");

  KernelSource {
    parts = List.copyOf(parts);
  }

  /** oneDNN's linear layers and convolutions, with attention of plain products. */
  static KernelSource onednn(Precision precision) {
    return new KernelSource(
        "ONEDNN",
        precision,
        switch (precision) {
          case FLOAT32 -> List.of("onednn", "onednn-linear", "onednn-float32");
          case INT8 -> List.of("onednn", "onednn-int8", "onednn-float32");
          case BFLOAT16, FLOAT16 -> List.of("onednn", "onednn-linear", "onednn-bfloat16");
        });
  }

  /** Whatever libtorch does by default; not for {@link Precision#INT8}. */
  static KernelSource plain(Precision precision) {
    return new KernelSource("PLAIN", precision, List.of("plain"));
  }

  /** The module's source, as TorchScript's archive format wants it. */
  String text() {
    List<String> names = new ArrayList<>(parts);
    names.addAll(COMMON);
    StringBuilder source = new StringBuilder(HEADER);
    for (String name : names) {
      try (InputStream in = KernelSource.class.getResourceAsStream(name + ".torchscript")) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        source.append(text.replace("DTYPE", String.valueOf(precision.scalarType())).indent(2));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return source.toString();
  }
}
