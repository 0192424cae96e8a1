package io.espalier.cli;

import io.espalier.conf.ConfKey;
import io.espalier.spark.run.AllStages;
import io.espalier.spark.run.RunKeys;
import io.espalier.spark.stage.StageProgress;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Computes contexts, transcripts and scores in one application. */
@Command(
    name = "run",
    description =
        "Computes the contexts of a manifest, transcribes it with them and scores the result. It"
            + " does the same as context, transcribe and score, but in one Spark application, and"
            + " decodes audio only once if it fits into memory.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer>, KeyedCommand {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Override
  public List<ConfKey<?>> keys() {
    return RunKeys.KEYS;
  }

  @Override
  public Integer call() {
    SparkSession spark = options.session("run");
    PrintWriter out = spec.commandLine().getOut();
    boolean overBudget =
        new AllStages(spark, KeyOptions.given(spec, keys()), StageProgress.on(out), out::println)
            .run();
    return overBudget ? ExitCode.OVER_ERROR_BUDGET : ExitCode.DONE;
  }
}
