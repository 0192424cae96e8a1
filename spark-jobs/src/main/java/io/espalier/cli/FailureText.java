package io.espalier.cli;

import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;

/** The text of a failure for the user: sentences without stack traces and class names. */
final class FailureText {
  private static final int MOST_CAUSES = 20;

  /** Spark's message about a task that failed for good; the whole stack trace follows. */
  private static final Pattern TASK =
      Pattern.compile("(?s).*Lost task \\S+ in stage \\S+ \\(TID \\d+\\) \\(([^)]*)\\): (.*)");

  private static final Pattern STACK =
      Pattern.compile(
          "\\s*(at \\S+\\(.*|\\.\\.\\. \\d+ (more|common frames omitted)|Driver stacktrace:)");

  /** A class name before a message. */
  private static final Pattern CLASS =
      Pattern.compile("(?:Caused by: )?(?:[a-z_][\\w]*\\.)+([A-Z][\\w$]*)(?:: |$)");

  private static final Pattern NAME = Pattern.compile("^[A-Z]\\w*(Exception|Error): ");

  /** The first words of our own messages. */
  private static final Pattern SENTENCE =
      Pattern.compile("(Cannot|Invalid|Missing|Unknown|The|Give|Over|Interrupted|Every) ?\\b.*");

  /** Characters of a line. */
  private static final int LONGEST = 10_000;

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\r\n\t]]");

  private FailureText() {}

  /** One line for the failure, and one for each cause that adds something. */
  static String of(Throwable failure) {
    Optional<String> known = KnownFailure.of(failure);
    if (known.isPresent()) {
      return harmless(known.get());
    }
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
    return harmless(String.join(System.lineSeparator(), said));
  }

  /** Texts of other people must neither steer the terminal nor fill it. */
  private static String harmless(String text) {
    return CONTROL
        .matcher(text)
        .replaceAll("?")
        .lines()
        .map(line -> line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line)
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String text(Throwable failure) {
    if (failure instanceof AnalysisException mistake) {
      // getMessage() also contains the query plan.
      return mistake.getSimpleMessage();
    }
    if (failure instanceof NoSuchFileException missing) {
      return "Cannot find file: " + missing.getFile();
    }
    if (failure instanceof AccessDeniedException denied) {
      return "Cannot open file, permission denied: " + denied.getFile();
    }
    if (failure instanceof OutOfMemoryError) {
      return "Cannot continue: out of memory. Raise ESPALIER_HEAP, or --driver-memory of"
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

  /** The lines of a message outside its stack trace, without class names before sentences. */
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
