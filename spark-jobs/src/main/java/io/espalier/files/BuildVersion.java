package io.espalier.files;

import java.util.Optional;

/** The version of Espalier, from its jar. */
public final class BuildVersion {
  private BuildVersion() {}

  /** The version of the jar; {@code development} outside a jar. */
  public static String current() {
    return Optional.ofNullable(BuildVersion.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
