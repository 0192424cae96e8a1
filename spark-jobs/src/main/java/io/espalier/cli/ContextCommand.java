package io.espalier.cli;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.spark.context.BundleContexts;
import io.espalier.spark.context.ContextJobOptions;
import io.espalier.spark.context.ContextKeys;
import io.espalier.spark.context.ContextStage;
import io.espalier.spark.context.ContextSummary;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.stage.StageProgress;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Computes who speaks in each utterance, what it sounds like, and its language. */
@Command(
    name = "context",
    description =
        "Computes the speaker vector, the sound vector, the language and the speaker cluster of"
            + " every utterance of a manifest, and writes exactly one row per utterance. A second"
            + " call computes only rows that are missing or failed.",
    mixinStandardHelpOptions = true)
final class ContextCommand implements Callable<Integer>, KeyedCommand {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Override
  public List<ConfKey<?>> keys() {
    return ContextKeys.KEYS;
  }

  @Override
  public Integer call() {
    SparkSession spark = options.session("context");
    EspalierConf conf = SessionConf.of(spark, KeyOptions.given(spec, keys()), StageKeys.REQUIRED);
    ContextJobOptions job = ContextJobOptions.of(conf);
    ContextSummary summary =
        new ContextStage(
                spark,
                job,
                BundleContexts.of(spark, conf, job),
                StageProgress.on(spec.commandLine().getOut()))
            .run();
    spec.commandLine().getOut().println(summary.report());
    return summary.stage().overBudget() ? ExitCode.OVER_ERROR_BUDGET : ExitCode.DONE;
  }
}
