package io.espalier.udfs;

/**
 * A parameter of a SQL function.
 *
 * @param name for messages and {@code DESCRIBE FUNCTION}
 * @param option whether it may be left out, must be the same for all rows, and NULL means its
 *     default
 */
record Parameter(String name, ArgumentKind kind, boolean option, String description) {

  static Parameter input(String name, ArgumentKind kind, String description) {
    return new Parameter(name, kind, false, description);
  }

  static Parameter option(String name, ArgumentKind kind, String description) {
    return new Parameter(name, kind, true, description);
  }
}
