package io.espalier.spark;

import java.util.List;

/** What the user asked for cannot be done as asked. All mistakes are named at once. */
public final class ConfigurationException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** One mistake, with the value and the fix. */
  public ConfigurationException(String message) {
    super(message);
  }

  /** All mistakes, one line each. */
  public ConfigurationException(List<String> mistakes) {
    super(String.join(System.lineSeparator(), mistakes));
  }
}
