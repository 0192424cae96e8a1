package io.espalier.cli;

import io.espalier.spark.table.Locations;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.jdbc.UncheckedSQLException;

/** One sentence with the fix, for failures of storage and catalogs whose own messages have none. */
final class KnownFailure {
  private static final int DEEPEST = 20;

  /** A task that does not find a file which the driver has seen. */
  private static final Pattern HIDDEN =
      Pattern.compile(
          "(?s).*Lost task \\S+ in stage \\S+ \\(TID \\d+\\) \\((\\S+)[^)]*\\): .*?"
              + "(?:FileNotFoundException|NotFoundException)[^\\n]*?(file:/[^\\s,]+).*");

  private static final String NO_DRIVER = "No suitable driver";

  /** The class of S3A's error, which its messages hold. */
  private static final String NO_CREDENTIALS = "NoAuthWithAWSException";

  private KnownFailure() {}

  /** The sentence, if there is one for this failure or for a cause of it. */
  static Optional<String> of(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      Optional<String> known = ofOne(cause);
      if (known.isPresent()) {
        return known;
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static Optional<String> ofOne(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof UncheckedSQLException) {
      return Optional.of(database(message, failure.getCause()));
    }
    if (failure instanceof NotAuthorizedException || failure instanceof ForbiddenException) {
      return Optional.of(
          "Cannot use the catalog: it refuses access (%s). Set its credential or token"
              .formatted(line(message)));
    }
    if (failure instanceof RESTException && failure.getCause() == null) {
      return Optional.of("Cannot use the catalog: it answers with an error: " + line(message));
    }
    if (failure instanceof RESTException) {
      return Optional.of(
          "Cannot reach the catalog: %s. Check its uri".formatted(line("" + failure.getCause())));
    }
    if (message.contains(NO_CREDENTIALS)) {
      return Optional.of(
          ("Cannot open %s: there are no credentials for its storage. Set"
                  + " spark.hadoop.fs.s3a.access.key and spark.hadoop.fs.s3a.secret.key, or"
                  + " another spark.hadoop.fs.s3a.aws.credentials.provider")
              .formatted(place(failure, message)));
    }
    Matcher hidden = HIDDEN.matcher(message);
    return hidden.matches()
        ? Optional.of(Locations.hidden("file", hidden.group(2), hidden.group(1)).getMessage())
        : Optional.empty();
  }

  /** What is wrong with the database of a JDBC catalog. */
  private static String database(String message, Throwable cause) {
    String reason = cause instanceof SQLException ? line("" + cause.getMessage()) : line(message);
    return reason.contains(NO_DRIVER)
        ? "Cannot open the catalog: %s. Add the database's driver with --jars, such as --jars"
                .formatted(reason)
            + " postgresql-42.7.8.jar"
        : "Cannot open the catalog: %s. Check its uri, jdbc.user and jdbc.password"
            .formatted(reason.replaceFirst("\\.$", ""));
  }

  private static String place(Throwable failure, String message) {
    return failure instanceof FileSystemException named && named.getFile() != null
        ? named.getFile()
        : line(message).replaceFirst(": .*", "").replaceFirst("^Cannot (open|read) ", "");
  }

  private static String line(String text) {
    return text.lines().findFirst().orElse("").strip();
  }
}
