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

/** Proves that every manifest row has exactly one row in the result. */
@Command(
    name = "verify",
    description = "Proves that a table has exactly one row per manifest row; exits with 1 if not.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Parameters(paramLabel = "MANIFEST", description = "The manifest: a path or a table.")
  private String manifest;

  @Option(
      names = {"-t", "--table"},
      paramLabel = "TABLE",
      defaultValue = "transcripts",
      description = "The table to check. Default: ${DEFAULT-VALUE}.")
  private String table;

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description = "SQL condition on the table's rows, such as \"run_id = '...'\".")
  private String where;

  @Override
  public Integer call() {
    SparkSession spark = options.session("verify");
    Verification verification = Verification.of(spark, manifest, table, Optional.ofNullable(where));
    spec.commandLine().getOut().println(verification.report());
    return verification.holds() ? ExitCode.DONE : ExitCode.OVER_ERROR_BUDGET;
  }
}
