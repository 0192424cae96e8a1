package io.espalier.cli;

import io.espalier.files.BuildVersion;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"espalier " + BuildVersion.current()};
  }
}
