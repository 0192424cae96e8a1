package io.espalier.libtorch;

import ai.djl.util.Platform;
import ai.djl.util.Utils;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parts as they are on this machine. Keeps the libraries loaded that libtorch will look for.
 */
final class MachineParts implements CudaParts {
  private final List<NativeLibrary> blas = new ArrayList<>();
  private MachineLibraries libraries;

  @Override
  public boolean isPackaged() {
    return CudaArchive.isPresent();
  }

  @Override
  public CudaDriver driver() {
    return CudaDriver.ofThisMachine();
  }

  @Override
  public Optional<String> loadLibraries() {
    Optional<String> old = Glibc.problem();
    if (old.isPresent()) {
      return old;
    }
    libraries = MachineLibraries.load();
    return libraries.problem();
  }

  @Override
  public String versions() {
    return libraries.versions();
  }

  @Override
  public Path unpack() throws IOException {
    String version = Platform.detectPlatform("pytorch").getVersion();
    Path unpacked = CudaArchive.unpack(Utils.getEngineCacheDir("pytorch"), version);
    blas.addAll(CudaArchive.loadBlas(unpacked));
    return CudaArchive.torch(unpacked);
  }
}
