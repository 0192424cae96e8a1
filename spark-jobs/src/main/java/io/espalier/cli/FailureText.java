package io.espalier.cli;

import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;

/** What a failure says to the user: sentences, without stack traces and names of classes. */
final class FailureText {
  private static final int MOST_CAUSES = 20;

  /** How Spark tells of a task that failed for good; its whole stack trace follows. */
  private static final Pattern TASK =
      Pattern.compile("(?s).*Lost task \\S+ in stage \\S+ \\(TID \\d+\\) \\(([^)]*)\\): (.*)");

  private static final Pattern STACK =
      Pattern.compile(
          "\\s*(at \\S+\\(.*|\\.\\.\\. \\d+ (more|common frames omitted)|Driver stacktrace:)");

  /** A name of a class in front of a message. */
  private static final Pattern CLASS =
      Pattern.compile("(?:Caused by: )?(?:[a-z_][\\w]*\\.)+([A-Z][\\w$]*)(?:: |$)");

  private static final Pattern NAME = Pattern.compile("^[A-Z]\\w*(Exception|Error): ");

  /** How messages of ours begin. */
  private static final Pattern SENTENCE =
      Pattern.compile("(Cannot|Invalid|Missing|Unknown|The|Give|Over|Interrupted|Every) ?\\b.*");

  private FailureText() {}

  /** One line for the failure, and one for each cause that says something new. */
  static String of(Throwable failure) {
    List<String> said = new ArrayList<>();
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      for (String line : text(cause).lines().toList()) {
        String bare = NAME.matcher(line).replaceFirst("");
        if (said.stream().noneMatch(before -> before.contains(bare))) {
          said.add(line);
        }
      }
      cause = cause.getCause();
    }
    return String.join(System.lineSeparator(), said);
  }

  private static String text(Throwable failure) {
    if (failure instanceof AnalysisException mistake) {
      // The other message has the plan of the query in it.
      return mistake.getSimpleMessage();
    }
    if (failure instanceof NoSuchFileException missing) {
      return "Cannot find file: " + missing.getFile();
    }
    if (failure instanceof AccessDeniedException denied) {
      return "Cannot open file, permission denied: " + denied.getFile();
    }
    if (failure instanceof OutOfMemoryError) {
      return "Cannot go on without more memory: raise ESPALIER_HEAP, or --driver-memory of"
          + " spark-submit ("
          + failure.getMessage()
          + ")";
    }
    if (failure.getMessage() == null) {
      return failure.getClass().getSimpleName();
    }
    Matcher task = TASK.matcher(failure.getMessage());
    if (task.matches()) {
      return "A task failed on %s:%n%s".formatted(task.group(1), plain(task.group(2)));
    }
    String message = plain(failure.getMessage());
    boolean speaks =
        failure instanceof FileNotFoundException || SENTENCE.matcher(message).lookingAt();
    return speaks || message.isBlank()
        ? message
        : failure.getClass().getSimpleName() + ": " + message;
  }

  /** The lines of a message that are no stack trace, without names of classes before sentences. */
  private static String plain(String message) {
    return message
        .lines()
        .filter(line -> !STACK.matcher(line).matches() && !line.isBlank())
        .map(FailureText::withoutClass)
        .distinct()
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String withoutClass(String line) {
    Matcher name = CLASS.matcher(line);
    if (!name.lookingAt()) {
      return line;
    }
    String rest = line.substring(name.end());
    return SENTENCE.matcher(rest).lookingAt()
        ? rest
        : name.group(1) + (rest.isBlank() ? "" : ": " + rest);
  }
}
