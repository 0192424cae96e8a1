package io.espalier.cli;

import io.espalier.checkpoint.CheckpointException;
import io.espalier.spark.ConfigurationException;
import io.espalier.spark.Messages;
import io.espalier.training.TrainingException;
import io.espalier.training.corpus.GrammarException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/**
 * The command line, the same under {@code bin/espalier} and {@code spark-submit}. Exit codes: 0
 * done, 1 done but over the error budget, 2 usage, 3 environment.
 */
@Command(
    name = "espalier",
    description = "Context-pruned OWSM speech recognition and translation, in batches on Spark.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      ImportCommand.class,
      ManifestCommand.class,
      ContextCommand.class,
      CompareCommand.class,
      RunCommand.class,
      TranscribeCommand.class,
      ScoreCommand.class,
      ReportCommand.class,
      TrainCommand.class,
      VerifyCommand.class,
      SqlCommand.class,
      InfoCommand.class,
      CorpusCommand.class,
      BenchmarkCommand.class,
    })
public final class Espalier implements Callable<Integer> {
  /** File of Spark properties that the launcher reads in place of {@code spark-submit}. */
  private static final String DEFAULTS = "espalier.spark.defaults";

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) throws IOException {
    loadDefaults();
    int code =
        execute(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            arguments);
    if (SparkSession.getDefaultSession().isDefined()) {
      SparkSession.getDefaultSession().get().stop();
    }
    System.exit(code);
  }

  /** Runs one command in this process and gives its exit code. */
  static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine commandLine = new CommandLine(new Espalier());
    commandLine.getSubcommands().values().forEach(Espalier::addKeyOptions);
    return commandLine
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Espalier::report)
        .execute(arguments);
  }

  /** Without a command there is nothing to do but to list them. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  private static void addKeyOptions(CommandLine command) {
    if (command.getCommand() instanceof KeyOptions.Source source) {
      KeyOptions.add(command, source.keys());
    }
  }

  private static int report(Exception thrown, CommandLine command, ParseResult arguments) {
    // A task that meets a mistake of the user's cannot tell him but through Spark.
    Exception failure = Messages.mistake(thrown).<Exception>map(mistake -> mistake).orElse(thrown);
    PrintWriter err = command.getErr();
    boolean usage = isUsage(failure);
    message(failure).lines().map(command.getColorScheme()::errorText).forEach(err::println);
    if (arguments.hasMatchedOption("--verbose")) {
      thrown.printStackTrace(err);
    } else if (!usage) {
      err.println("Add --verbose for Spark's log and the stack trace.");
    }
    return usage ? ExitCode.USAGE : ExitCode.ENVIRONMENT;
  }

  /** Mistakes in what the user wrote or gave; their messages say all there is to say. */
  private static boolean isUsage(Throwable failure) {
    return failure instanceof ConfigurationException
        || failure instanceof AnalysisException
        || failure instanceof CheckpointException
        || failure instanceof TrainingException
        || failure instanceof GrammarException;
  }

  private static String message(Throwable failure) {
    if (isUsage(failure)) {
      return Messages.withoutPlan(failure);
    }
    StringBuilder message = new StringBuilder(failure.toString());
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      message.append(System.lineSeparator()).append("caused by ").append(cause);
    }
    return message.toString();
  }

  private static void loadDefaults() throws IOException {
    String file = System.getProperty(DEFAULTS);
    if (file == null) {
      return;
    }
    Properties defaults = new Properties();
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      defaults.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
    }
    defaults.stringPropertyNames().stream()
        .filter(name -> name.startsWith("spark.") && System.getProperty(name) == null)
        .forEach(name -> System.setProperty(name, defaults.getProperty(name).strip()));
  }
}
