package io.espalier.cli;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.spark.report.Report;
import io.espalier.spark.score.ScoreKeys;
import io.espalier.spark.session.SessionConf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes scores and costs as an HTML page. */
@Command(
    name = "report",
    description =
        "Writes one self-contained HTML page with charts of scored runs: quality, cost, gates,"
            + " failures and latency.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer>, KeyedCommand {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Parameters(
      arity = "0..*",
      paramLabel = "RUN",
      description = "Runs to show. Default: all scored runs.")
  private List<String> runs = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "report.html",
      description = "HTML file to write. Default: ${DEFAULT-VALUE}.")
  private String output;

  @Override
  public List<ConfKey<?>> keys() {
    return ScoreKeys.REPORT_KEYS;
  }

  @Override
  public Integer call() throws IOException {
    OutputFile page = OutputFile.of(output).orElseThrow();
    SparkSession spark = options.session("report");
    EspalierConf conf = SessionConf.of(spark, KeyOptions.given(spec, keys()));
    page.write(spark, new Report(spark, conf, runs).html());
    spec.commandLine().getOut().printf("Wrote %s: open it in a browser%n", page);
    return ExitCode.DONE;
  }
}
