package io.espalier.libtorch;

import com.sun.jna.NativeLibrary;
import io.espalier.files.Directories;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The libtorch for CUDA that {@code mvn -Pcuda package} puts on the class path. */
final class CudaArchive {
  /** The name of DJL's JNI library for it. */
  static final String FLAVOR = "cu128";

  private static final String TORCH = "/org/bytedeco/pytorch/linux-x86_64-gpu/";
  private static final String BLAS = "/org/bytedeco/openblas/linux-x86_64/";

  private static final List<String> TORCH_FILES =
      List.of(
          "libgomp.so.1",
          "libc10.so",
          "libtorch_cpu.so",
          "libc10_cuda.so",
          "libtorch_cuda.so",
          "libtorch.so");

  /** In the order of their dependencies. */
  private static final List<String> BLAS_FILES =
      List.of("libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0");

  private CudaArchive() {}

  /** Whether it is on the class path. */
  static boolean isPresent() {
    return CudaArchive.class.getResource(TORCH + "libtorch_cuda.so") != null;
  }

  /**
   * Unpacks it, if no process of this machine has done so before.
   *
   * @param cache directory of libraries; must be writable
   * @param version of libtorch
   * @return a directory with {@code torch}, all of which DJL loads, and {@code blas}
   */
  static Path unpack(Path cache, String version) throws IOException {
    Path target = cache.resolve(version + "-cuda-linux-x86_64");
    if (Files.isDirectory(target)) {
      return target;
    }
    Files.createDirectories(cache);
    // Not a temporary directory, which only its owner could read.
    Path draft = Files.createDirectory(cache.resolve("cuda-" + UUID.randomUUID()));
    try {
      copy(TORCH, TORCH_FILES, Files.createDirectory(draft.resolve("torch")));
      copy(BLAS, BLAS_FILES, Files.createDirectory(draft.resolve("blas")));
      publish(draft, target);
    } finally {
      Directories.deleteRecursively(draft);
    }
    return target;
  }

  /** Where DJL finds libtorch. */
  static Path torch(Path unpacked) {
    return unpacked.resolve("torch");
  }

  /** Loads the linear algebra that libtorch then finds by its name. */
  static List<NativeLibrary> loadBlas(Path unpacked) {
    List<NativeLibrary> loaded = new ArrayList<>();
    for (String file : BLAS_FILES) {
      loaded.add(NativeLibrary.getInstance(unpacked.resolve("blas").resolve(file).toString()));
    }
    return loaded;
  }

  private static void copy(String from, List<String> files, Path to) throws IOException {
    for (String file : files) {
      try (InputStream in = CudaArchive.class.getResourceAsStream(from + file)) {
        if (in == null) {
          throw new IOException("Cannot find " + from + file + " in the jar. Build it again");
        }
        Files.copy(in, to.resolve(file));
      }
    }
  }

  private static void publish(Path draft, Path target) throws IOException {
    try {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Another process may have been faster; a directory that is not empty cannot be replaced.
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
  }
}
