package io.espalier.conf;

import java.util.List;

/** One or more mistakes in the user's call or files. */
public final class UsageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** One mistake, with the value and the fix. */
  public UsageException(String message) {
    super(message);
  }

  /** All mistakes, one line each. */
  public UsageException(List<String> mistakes) {
    super(String.join(System.lineSeparator(), mistakes));
  }
}
