package io.espalier.libtorch;

import static java.util.stream.Collectors.joining;

import com.sun.jna.NativeLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The libraries of CUDA 12 and cuDNN 9, which libtorch expects on the machine. They are loaded here
 * in the order of their dependencies, wherever they are; libtorch then finds each by its name.
 */
final class MachineLibraries {
  private static final String CUDA = "CUDA 12";

  /** How the dynamic linker of glibc names what it did not find. */
  private static final Pattern ABSENT = Pattern.compile("(\\S+): cannot open shared object file");

  private record Needed(String file, String product) {}

  private static final List<Needed> NEEDED =
      List.of(
          new Needed("libcudart.so.12", CUDA),
          new Needed("libcublasLt.so.12", CUDA),
          new Needed("libcublas.so.12", CUDA),
          new Needed("libnvJitLink.so.12", CUDA),
          new Needed("libcusparse.so.12", CUDA),
          new Needed("libcufft.so.11", CUDA),
          new Needed("libcurand.so.10", CUDA),
          new Needed("libcufile.so.0", CUDA),
          new Needed("libcupti.so.12", CUDA),
          new Needed("libnvrtc.so.12", CUDA),
          new Needed("libcudnn.so.9", "cuDNN 9"));

  /** Where NVIDIA's packages put libraries that the dynamic linker may not know. */
  private static final List<Path> DIRECTORIES =
      List.of(
          Path.of("/usr/local/cuda/lib64"),
          Path.of("/usr/local/cuda/extras/CUPTI/lib64"),
          Path.of("/usr/local/cuda-12/lib64"),
          Path.of("/usr/local/cuda-12/extras/CUPTI/lib64"));

  private final List<NativeLibrary> loaded = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  private MachineLibraries() {}

  /** Loads what there is. */
  static MachineLibraries load() {
    MachineLibraries libraries = new MachineLibraries();
    NEEDED.forEach(libraries::load);
    return libraries;
  }

  /** What the machine lacks, with the fix. */
  Optional<String> problem() {
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "this machine lacks %s; install it, or name its directory in LD_LIBRARY_PATH"
            .formatted(missing.stream().collect(joining(", "))));
  }

  /** The versions of CUDA and cuDNN, if all libraries are there. */
  String versions() {
    int[] cuda = new int[1];
    loaded.get(0).getFunction("cudaRuntimeGetVersion").invokeInt(new Object[] {cuda});
    long cudnn =
        loaded.get(loaded.size() - 1).getFunction("cudnnGetVersion").invokeLong(new Object[0]);
    return String.format(
        Locale.ROOT,
        "CUDA %d.%d, cuDNN %d.%d.%d",
        cuda[0] / 1000,
        cuda[0] % 1000 / 10,
        cudnn / 10_000,
        cudnn % 10_000 / 100,
        cudnn % 100);
  }

  private void load(Needed needed) {
    UnsatisfiedLinkError failure = null;
    for (String name : names(needed.file())) {
      try {
        loaded.add(NativeLibrary.getInstance(name));
        return;
      } catch (UnsatisfiedLinkError e) {
        failure = e;
      }
    }
    missing.add(needed.file() + " of " + needed.product() + whatItNeeds(needed.file(), failure));
  }

  /** The bare name, for the dynamic linker to find, and then files that it may not know. */
  private static List<String> names(String file) {
    List<String> names = new ArrayList<>(List.of(file));
    DIRECTORIES.stream()
        .map(directory -> directory.resolve(file))
        .filter(Files::exists)
        .forEach(path -> names.add(path.toString()));
    return names;
  }

  /** Another library, if it is that one which is missing. */
  private static String whatItNeeds(String file, UnsatisfiedLinkError failure) {
    Matcher absent = ABSENT.matcher(String.valueOf(failure.getMessage()));
    while (absent.find()) {
      if (!Path.of(absent.group(1)).endsWith(file)) {
        return " (which needs " + absent.group(1) + ")";
      }
    }
    return "";
  }
}
