package io.espalier.nn;

import io.espalier.files.Utf8Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * What this machine's CPU computes fast, as Linux reports it. Elsewhere nothing is known, and
 * nothing is assumed.
 *
 * @param flags the names of {@code /proc/cpuinfo}
 */
record CpuFeatures(Set<String> flags) {
  private static final CpuFeatures THIS_MACHINE = read(Path.of("/proc/cpuinfo"));

  static CpuFeatures ofThisMachine() {
    return THIS_MACHINE;
  }

  private static CpuFeatures read(Path cpuinfo) {
    try {
      return parse(Utf8Text.read(cpuinfo));
    } catch (IOException e) {
      return new CpuFeatures(Set.of());
    }
  }

  /** Reads the first processor's line of flags: {@code flags} on x86, {@code Features} on ARM. */
  static CpuFeatures parse(String cpuinfo) {
    Set<String> flags = new TreeSet<>();
    cpuinfo
        .lines()
        .filter(line -> line.matches("(flags|Features)\\s*:.*"))
        .findFirst()
        .ifPresent(
            line ->
                flags.addAll(
                    Arrays.asList(line.substring(line.indexOf(':') + 1).strip().split("\\s+"))));
    return new CpuFeatures(Set.copyOf(flags));
  }

  /** Whether it multiplies bfloat16 numbers itself: AVX512-BF16, AMX or ARM's extension. */
  boolean hasBfloat16() {
    return flags.contains("avx512_bf16") || flags.contains("amx_bf16") || flags.contains("bf16");
  }

  /** Whether it multiplies tiles of bfloat16 numbers: Intel's AMX. */
  boolean hasBfloat16Tiles() {
    return flags.contains("amx_bf16");
  }

  /** Whether it multiplies 8-bit numbers without saturation: AVX-VNNI, AVX512-VNNI or AMX. */
  boolean hasInt8() {
    return flags.contains("avx512_vnni")
        || flags.contains("avx_vnni")
        || flags.contains("amx_int8");
  }
}
