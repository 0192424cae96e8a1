package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A TorchScript module, usually a stateless one made from source text, whose functions may be
 * differentiated. It lives as long as the manager it was loaded with.
 */
public final class Script {
  private final PtSymbolBlock module;
  private final Kernels.Observer observer;

  private Script(PtSymbolBlock module, Kernels.Observer observer) {
    this.module = module;
    this.observer = observer;
  }

  /** The same functions, whose calls without gradients are told. */
  public Script observed(Kernels.Observer other) {
    return new Script(module, other);
  }

  /**
   * Compiles functions.
   *
   * @param functions each written as {@code def name(self: __torch__.Kern, ...) -> ...:}
   */
  public static Script load(NDManager manager, String functions) {
    byte[] archive = KernelArchive.of(KernelSource.HEADER + functions.indent(2));
    try {
      return new Script(
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive), false, false),
          null);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot load script", e);
    }
  }

  /**
   * Opens a TorchScript archive that something else has made. It is a program: open only what is
   * trusted.
   *
   * @param manager owns it
   */
  public static Script open(NDManager manager, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new Script(JniUtils.loadModule((PtNDManager) manager, in, false, false), null);
    }
  }

  /** Starts a call without gradients; arguments follow in the function's order. */
  public Kernels.Call call(String function) {
    return new Kernels.Call(module, function, observer);
  }

  /**
   * Runs a function that takes and returns arrays, recording what its gradient needs.
   *
   * @param scope owns the results
   */
  public NDList differentiable(String function, NDManager scope, NDArray... inputs) {
    NDList list = new NDList();
    // DJL takes the function's name from an array's name; that array is no argument.
    NDArray method = scope.zeros(new Shape(1));
    method.setName("module_method:" + function);
    list.add(method);
    for (NDArray input : inputs) {
      list.add(input);
    }
    return IValueUtils.forward(module, list, true);
  }
}
