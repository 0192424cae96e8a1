package io.espalier.libtorch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What the CUDA build consists of: on the class path and on the machine. */
interface CudaParts {
  /** Whether libtorch for CUDA is on the class path. */
  boolean isPackaged();

  /** NVIDIA's driver. */
  CudaDriver driver();

  /** Loads what the machine has to have; returns what it lacks, with the fix. */
  Optional<String> loadLibraries();

  /** The versions of CUDA and cuDNN that were loaded. */
  String versions();

  /**
   * Unpacks libtorch.
   *
   * @return the directory for DJL to load
   */
  Path unpack() throws IOException;
}
