package io.espalier.nn;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;

/** The memory that libtorch takes from the C library. */
public final class NativeHeap {
  private NativeHeap() {}

  /**
   * Gives free memory back to the operating system. The C library keeps an arena for each thread as
   * large as it has ever been, and the threads that compute change from task to task: without this
   * a process would come to hold the most that a task needs once for every thread that ever ran
   * one. Takes some milliseconds; does nothing where the C library is not glibc.
   */
  public static void trim() {
    Function trim;
    try {
      trim = NativeLibrary.getProcess().getFunction("malloc_trim");
    } catch (UnsatisfiedLinkError e) {
      return;
    }
    trim.invokeInt(new Object[] {new NativeLong(0)});
  }
}
