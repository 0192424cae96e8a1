package io.espalier.spark.manifest;

import io.espalier.conf.UsageException;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;

/** Extracts from a failure what the user needs to read. */
public final class Messages {
  private Messages() {}

  /** The user's mistake, however deeply Spark has wrapped it; empty if there is none. */
  public static Optional<UsageException> mistake(Throwable failure) {
    Throwable cause = failure;
    // Task failures come wrapped, and an exception may name itself as its cause.
    for (int depth = 0; cause != null && depth < 20; depth++) {
      if (cause instanceof UsageException mistake) {
        return Optional.of(mistake);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  /** The message without the plan that Spark prints below it. */
  public static String withoutPlan(Throwable failure) {
    String message =
        failure instanceof AnalysisException analysis
            ? analysis.getSimpleMessage()
            : failure.getMessage();
    return message == null ? failure.toString() : message;
  }

  /** The first line of the message. */
  static String firstLine(Throwable failure) {
    return withoutPlan(failure).lines().findFirst().orElse("");
  }
}
