package io.espalier.nn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** TorchScript files as PyTorch would write them. */
public final class ScriptArchives {
  private ScriptArchives() {}

  /** Writes a module whose {@code forward} is given by its body. */
  public static Path write(Path file, String body) throws IOException {
    String function = "def forward(self: __torch__.Kern, x: Tensor) -> Tensor:\n" + body.indent(2);
    return Files.write(file, KernelArchive.of(KernelSource.HEADER + function.indent(2)));
  }
}
