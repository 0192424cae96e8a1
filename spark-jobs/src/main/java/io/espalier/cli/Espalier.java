package io.espalier.cli;

import io.espalier.conf.UsageException;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Utf8Text;
import io.espalier.spark.manifest.Messages;
import io.espalier.spark.session.SparkExit;
import io.espalier.spark.stop.StopRequest;
import io.espalier.spark.stop.StopSignals;
import io.espalier.spark.stop.StoppedException;
import io.espalier.spark.table.DeployMode;
import io.espalier.spark.table.commit.TakenOverException;
import io.espalier.udfs.SparkBuild;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/**
 * The command line, which is the same under {@code bin/espalier} and {@code spark-submit}. Exit
 * codes: 0 done, 1 done but over the error budget, 2 usage, 3 environment, 4 stopped by a signal, 5
 * taken over by another driver.
 */
@Command(
    name = "espalier",
    description =
        "Transcribes and translates speech in batches on Spark, with an OWSM that is pruned by"
            + " context.",
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
      ExportCommand.class,
      TrainCommand.class,
      VerifyCommand.class,
      SqlCommand.class,
      InfoCommand.class,
      CorpusCommand.class,
      CorpusCommand.Digits.class,
      BenchmarkCommand.class,
    })
public final class Espalier implements Callable<Integer> {
  /** File of Spark properties, which {@code spark-submit} would read itself. */
  private static final String DEFAULTS = "espalier.spark.defaults";

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) throws SparkUserAppException {
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code;
    // Hadoop and Iceberg format numbers in file names with the default locale.
    Locale.setDefault(Locale.ROOT);
    try {
      code = run(err, arguments);
    } catch (RuntimeException e) {
      err.println(FailureText.of(e));
      code = ExitCode.ENVIRONMENT;
    }
    if (SparkSession.getDefaultSession().isDefined()) {
      SparkSession.getDefaultSession().get().stop();
    }
    end(code);
  }

  private static int run(PrintWriter err, String... arguments) {
    Optional<String> lost = CommandLineCharset.lost();
    if (lost.isPresent()) {
      err.println(lost.get());
      return ExitCode.USAGE;
    }
    // Before anything that might not link with another Spark.
    Optional<String> mismatch = SparkBuild.mismatch();
    if (mismatch.isPresent()) {
      err.println(mismatch.get());
      System.exit(ExitCode.ENVIRONMENT);
    }
    ConsoleLog.configure();
    loadDefaults();
    StopSignals.handle(StopRequest.ofProcess(), err, ExitCode.STOPPED);
    return execute(new PrintWriter(System.out, true, StandardCharsets.UTF_8), err, arguments);
  }

  /**
   * Ends the process, or returns where something else does so: YARN's application master runs the
   * command in a thread of its own process, and calls an application failed that ends this process,
   * whatever the exit code.
   */
  private static void end(int code) throws SparkUserAppException {
    if (!DeployMode.isApplicationMaster()) {
      System.exit(code);
    } else if (code != ExitCode.DONE) {
      throw SparkExit.with(code);
    }
  }

  /** Runs one command in this process and returns its exit code. */
  static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine commandLine = commandLine();
    try {
      return commandLine
          .setOut(out)
          .setErr(err)
          .setCaseInsensitiveEnumValuesAllowed(true)
          .setExecutionExceptionHandler(Espalier::report)
          .execute(arguments);
    } catch (Error e) {
      // Picocli handles only exceptions; an error's exit code would be that of a finished job.
      boolean verbose = Arrays.stream(arguments).anyMatch(Set.of("-v", "--verbose")::contains);
      return report(e, commandLine, verbose);
    }
  }

  /** All commands with all their options. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Espalier());
    commandLine.getSubcommands().values().forEach(Espalier::addKeyOptions);
    return commandLine;
  }

  /** Lists the commands, if none is given. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  private static void addKeyOptions(CommandLine command) {
    if (command.getCommand() instanceof KeyedCommand source) {
      KeyOptions.add(command, source.keys());
    }
  }

  private static int report(Exception failure, CommandLine command, ParseResult arguments) {
    boolean verbose =
        arguments.asCommandLineList().stream()
            .anyMatch(each -> each.getParseResult().hasMatchedOption("--verbose"));
    return report(failure, command, verbose);
  }

  private static int report(Throwable thrown, CommandLine command, boolean verbose) {
    // A usage mistake that a task finds arrives wrapped in Spark's exceptions.
    Throwable failure = Messages.mistake(thrown).<Throwable>map(mistake -> mistake).orElse(thrown);
    PrintWriter err = command.getErr();
    int ending = ending(failure);
    if (ending != ExitCode.ENVIRONMENT) {
      err.println(failure.getMessage());
      return ending;
    }
    boolean usage = isUsage(failure);
    FailureText.of(failure).lines().map(command.getColorScheme()::errorText).forEach(err::println);
    if (verbose) {
      thrown.printStackTrace(err);
    } else if (!usage) {
      err.println("Add --verbose to see Spark's log and the stack trace.");
    }
    return usage ? ExitCode.USAGE : ExitCode.ENVIRONMENT;
  }

  /** The code of an end that is no failure of anything. */
  private static int ending(Throwable failure) {
    if (failure instanceof StoppedException) {
      return ExitCode.STOPPED;
    }
    return failure instanceof TakenOverException ? ExitCode.TAKEN_OVER : ExitCode.ENVIRONMENT;
  }

  /**
   * Whether the failure is a mistake in the user's call or files; such messages need no stack
   * trace.
   */
  private static boolean isUsage(Throwable failure) {
    Throwable cause =
        failure instanceof UncheckedIOException unchecked ? unchecked.getCause() : failure;
    return cause instanceof UsageException
        || cause instanceof AnalysisException
        || cause instanceof MalformedFileException;
  }

  private static void loadDefaults() {
    String file = System.getProperty(DEFAULTS);
    if (file == null) {
      return;
    }
    Properties defaults = new Properties();
    // UTF-8, as Spark reads the file; Properties would read a stream as Latin-1.
    try (Reader reader = Utf8Text.reader(Files.newInputStream(Path.of(file)), file)) {
      defaults.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
    }
    defaults.stringPropertyNames().stream()
        .filter(name -> name.startsWith("spark.") && System.getProperty(name) == null)
        .forEach(name -> System.setProperty(name, defaults.getProperty(name).strip()));
  }
}
