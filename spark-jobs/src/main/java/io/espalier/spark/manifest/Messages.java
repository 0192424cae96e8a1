package io.espalier.spark.manifest;

import io.espalier.conf.UsageException;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;

/** What failures say to a user. */
public final class Messages {
  private Messages() {}

  /** What a user did wrong, however deep Spark has wrapped it; empty if it was nothing. */
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
