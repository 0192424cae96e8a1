package io.espalier.cli;

import io.espalier.conf.UsageException;
import io.espalier.tools.benchmark.Benchmark;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code benchmark} in a JVM without Spark. {@link Espalier} cannot start there, since
 * the signatures of its commands name Spark's classes.
 */
@Command(
    name = "benchmark",
    description = "Measures the speed of the model on this machine, with random weights.",
    mixinStandardHelpOptions = true)
final class BenchmarkAlone implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BenchmarkOptions options;

  private BenchmarkAlone() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code =
        new CommandLine(new BenchmarkAlone())
            .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(BenchmarkAlone::report)
            .execute(arguments);
    System.exit(code);
  }

  @Override
  public Integer call() throws IOException {
    Benchmark benchmark = new Benchmark(options.asked(), new NoSpark<>(), new NoSpark<>());
    BenchmarkCommand.report(benchmark, spec.commandLine().getOut(), options.json());
    return ExitCode.DONE;
  }

  /** Not a lambda, whose signature picocli would look up: it names what there is none of. */
  private static final class NoSpark<T> implements Supplier<T> {
    @Override
    public T get() {
      throw new UsageException(
          "Cannot measure parts spark, memory and scale without Spark: leave them out of --part, or"
              + " run spark-jobs/bin/espalier benchmark");
    }
  }

  private static int report(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    if (failure instanceof UsageException) {
      command.getErr().println(failure.getMessage());
      return ExitCode.USAGE;
    }
    failure.printStackTrace(command.getErr());
    return ExitCode.ENVIRONMENT;
  }
}
