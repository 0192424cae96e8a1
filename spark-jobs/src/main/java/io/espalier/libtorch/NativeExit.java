package io.espalier.libtorch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * Keeps the end of the process from destroying libtorch while other threads compute in it, as when
 * a signal ends a training. The C library's {@code exit} runs the destructors of all libraries, and
 * a thread that still computes then crashes the process. A handler that was registered later runs
 * earlier, and this one ends the process without the rest. The JVM's own hooks have run by then.
 */
public final class NativeExit {
  private static final String C = "c";

  private NativeExit() {}

  /** Has every exit of this process be so. */
  static void hook() {
    try {
      // Not before: libtorch has objects that it makes, and registers, when they are first used.
      Runtime.getRuntime().addShutdownHook(new Thread(NativeExit::register, "espalier-exit"));
    } catch (IllegalStateException e) {
      register(); // The process is ending already.
    }
  }

  /**
   * Has the exit that follows be so. For {@link Runtime#halt}, which runs no hooks. Only glibc has
   * what it needs; elsewhere it does nothing.
   */
  public static void register() {
    try {
      Pointer exit = NativeLibrary.getInstance(C).getGlobalVariableAddress("_exit");
      // It is given the status and the second argument.
      Function.getFunction(C, "on_exit").invokeInt(new Object[] {exit, Pointer.NULL});
    } catch (UnsatisfiedLinkError e) {
      // The destructors run.
    }
  }
}
