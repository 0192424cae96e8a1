package io.espalier.cli;

import io.espalier.spark.manifest.Verification;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks that the result has exactly one row per manifest row. */
@Command(
    name = "verify",
    description =
        "Checks that a table has exactly one row per manifest row. The exit code is 1 if it does"
            + " not.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Parameters(paramLabel = "MANIFEST", description = "Manifest: a path or a table.")
  private String manifest;

  @Option(
      names = {"-t", "--table"},
      paramLabel = "TABLE",
      defaultValue = "transcripts",
      description = "Table to check. Default: ${DEFAULT-VALUE}.")
  private String table;

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description = "SQL condition that selects rows of the table, such as \"run_id = '...'\".")
  private String where;

  @Override
  public Integer call() {
    SparkSession spark = options.session("verify");
    Verification verification = Verification.of(spark, manifest, table, Optional.ofNullable(where));
    spec.commandLine().getOut().println(verification.report());
    return verification.holds() ? ExitCode.DONE : ExitCode.OVER_ERROR_BUDGET;
  }
}
