package io.espalier.cli;

import io.espalier.files.Utf8Text;
import io.espalier.spark.session.SqlRunner;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs Spark SQL with the catalog and the functions. */
@Command(
    name = "sql",
    description =
        "Runs Spark SQL with the catalog and Espalier's functions. Reads statements from -e or"
            + " standard input; each ends with a semicolon.",
    mixinStandardHelpOptions = true)
final class SqlCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Option(
      names = {"-e", "--execute"},
      paramLabel = "SQL",
      description = "One or more statements. Repeatable.")
  private List<String> statements = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "Output format: table, json (an array) or csv. Default: ${DEFAULT-VALUE}.")
  private String format;

  @Override
  @SuppressWarnings("SystemConsoleNull") // In Java 17 and 21, null means no terminal.
  public Integer call() throws IOException {
    SqlRunner.Format wanted = SqlRunner.Format.of(format.toUpperCase(Locale.ROOT));
    SparkSession spark = options.session("sql");
    SqlRunner runner = new SqlRunner(spark, wanted, spec.commandLine().getOut());
    if (statements.isEmpty()) {
      boolean prompt = System.console() != null;
      BufferedReader in = Utf8Text.reader(System.in, "standard input");
      return runner.interact(in, prompt, spec.commandLine().getErr())
          ? ExitCode.DONE
          : ExitCode.USAGE;
    }
    statements.forEach(runner::run);
    return ExitCode.DONE;
  }
}
