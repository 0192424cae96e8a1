package io.espalier.cli;

import io.espalier.spark.bundle.BundleCard;
import io.espalier.spark.session.Environment;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what is installed and configured. */
@Command(
    name = "info",
    description =
        "Prints versions, devices, the catalog and the configuration. With BUNDLE, also prints its"
            + " model card and number of parameters.",
    mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Parameters(
      arity = "0..1",
      paramLabel = "BUNDLE",
      description = "Directory of a bundle, on any Hadoop file system.")
  private String bundle;

  @Override
  public Integer call() {
    SparkSession spark = options.session("info");
    Environment environment = Environment.of(spark);
    spec.commandLine().getOut().print(environment.report());
    if (bundle != null) {
      spec.commandLine().getOut().print(BundleCard.read(spark, bundle).report());
    }
    spec.commandLine().getOut().flush();
    return environment.isComplete() ? ExitCode.DONE : ExitCode.ENVIRONMENT;
  }
}
