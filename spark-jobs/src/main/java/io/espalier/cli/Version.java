package io.espalier.cli;

import io.espalier.spark.session.Environment;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"espalier " + Environment.version()};
  }
}
