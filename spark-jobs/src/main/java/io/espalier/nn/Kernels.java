package io.espalier.nn;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.conf.UsageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The compute kernels: stateless TorchScript functions that Java generates at start. They reach
 * what DJL's arrays do not expose (fused attention, fused linear layers), and keep every
 * intermediate inside libtorch. Safe for use by many threads; lives as long as the manager it was
 * made with.
 *
 * <p>Results are inference tensors: they take part in no gradient and are not to be changed in
 * place.
 */
public final class Kernels {
  private final PtSymbolBlock module;
  private final KernelSource source;
  private final Observer observer;

  private Kernels(PtSymbolBlock module, KernelSource source, Observer observer) {
    this.module = module;
    this.source = source;
    this.observer = observer;
  }

  /** Told of every call of a kernel, for those who count what really runs. */
  @FunctionalInterface
  public interface Observer {
    /**
     * A kernel is called.
     *
     * @param kernel its name
     * @param arguments in the kernel's order: a {@link Shape} for each array, and numbers
     */
    void called(String kernel, List<Object> arguments);
  }

  /** The same kernels, whose calls are told. */
  public Kernels observed(Observer other) {
    return new Kernels(module, source, other);
  }

  /** Loads the kernels for the manager's device, in float32. */
  public static Kernels load(NDManager manager) {
    return load(manager, Precision.FLOAT32);
  }

  /**
   * Loads the kernels for the manager's device.
   *
   * @throws UsageException if the device cannot compute in that precision
   */
  public static Kernels load(NDManager manager, Precision precision) {
    precision.requireOn(manager.getDevice());
    if (manager.getDevice().equals(Device.cpu())) {
      Kernels fused = load(manager, KernelSource.onednn(precision));
      if (fused.works(manager)) {
        return fused;
      }
      if (precision == Precision.INT8) {
        throw new UsageException(
            "Cannot compute in int8: this libtorch has no 8-bit linear layers. Use --precision"
                + " float32");
      }
    }
    return load(manager, KernelSource.plain(precision));
  }

  /** Loads the kernels without a CPU's own operators: what a GPU runs. */
  public static Kernels plain(NDManager manager) {
    return plain(manager, Precision.FLOAT32);
  }

  /** The same in another precision than {@link Precision#INT8}. */
  public static Kernels plain(NDManager manager, Precision precision) {
    return load(manager, KernelSource.plain(precision));
  }

  private static Kernels load(NDManager manager, KernelSource source) {
    byte[] archive = KernelArchive.of(source.text());
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
      return new Kernels(module, source, null);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot load kernels", e);
    }
  }

  /** Whether this build of libtorch has the fused operators for this machine. */
  private boolean works(NDManager manager) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray x = scope.ones(new Shape(1, 2, 4));
      Linear layer = Linear.of(this, scope, scope.ones(new Shape(3, 4)), scope.ones(new Shape(3)));
      NDArray y = call("try_linear").with(x).with(layer).run(scope);
      return y.getShape().equals(new Shape(1, 2, 3));
    } catch (EngineException e) {
      return false;
    }
  }

  /** What the linear layers run on, for reports: {@code ONEDNN} or {@code PLAIN}. */
  public String backend() {
    return source.backend();
  }

  /** What the matrix products compute in. */
  public Precision precision() {
    return source.precision();
  }

  /** Starts a call of one kernel; arguments follow in the kernel's order. */
  public Call call(String method) {
    return new Call(module, method, observer);
  }

  /** One call of a kernel. Use it once, on one thread. */
  public static final class Call {
    private final PtSymbolBlock module;
    private final String method;
    private final List<IValue> arguments = new ArrayList<>();
    private final List<IValue> owned = new ArrayList<>();
    private final Observer observer;
    private final List<Object> observed = new ArrayList<>();

    Call(PtSymbolBlock module, String method, Observer observer) {
      this.module = module;
      this.method = method;
      this.observer = observer;
    }

    /** Adds an array. */
    public Call with(NDArray array) {
      note(array.getShape());
      return own(IValue.from((PtNDArray) array));
    }

    /** Adds a whole number. */
    public Call with(long value) {
      note(value);
      return own(IValue.from(value));
    }

    /** Adds a real number. */
    public Call with(double value) {
      note(value);
      return own(IValue.from(value));
    }

    /** Adds parameters that were wrapped once for all calls. */
    public Call with(Parameters parameters) {
      parameters.shapes().forEach(this::note);
      arguments.addAll(parameters.values());
      return this;
    }

    /** Adds a packed layer. */
    public Call with(Linear layer) {
      layer.shapes().forEach(this::note);
      arguments.add(layer.value());
      return this;
    }

    private void note(Object argument) {
      if (observer != null) {
        observed.add(argument);
      }
    }

    private Call own(IValue value) {
      owned.add(value);
      arguments.add(value);
      return this;
    }

    /** Runs the kernel; the result belongs to {@code manager}. */
    public NDArray run(NDManager manager) {
      try (IValue result = invoke()) {
        return result.toTensor((PtNDManager) manager);
      }
    }

    /** Runs a kernel that returns a tuple; the results belong to {@code manager}. */
    public NDList runTuple(NDManager manager) {
      try (IValue result = invoke()) {
        NDList list = new NDList();
        for (IValue part : result.toIValueTuple()) {
          list.add(part.toTensor((PtNDManager) manager));
          part.close();
        }
        return list;
      }
    }

    /** Runs a kernel whose result only other kernels can use; it lives as long as the manager. */
    IValue runOpaque(NDManager manager) {
      IValue result = invoke();
      manager.attachInternal(result.getUid(), result);
      return result;
    }

    /** Runs a kernel that returns a real number. */
    public double runReal() {
      try (IValue result = invoke()) {
        return result.toDouble();
      }
    }

    /** Runs a kernel that returns a whole number. */
    public long runWhole() {
      try (IValue result = invoke()) {
        return result.toLong();
      }
    }

    private IValue invoke() {
      if (observer != null) {
        observer.called(method, observed);
      }
      try {
        return IValueUtils.runMethod(module, method, arguments.toArray(new IValue[0]));
      } finally {
        owned.forEach(IValue::close);
      }
    }
  }
}
