package io.espalier.cli;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.spark.bundle.OwsmOpener;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.transcribe.BundleTranscribers;
import io.espalier.spark.transcribe.Transcribe;
import io.espalier.spark.transcribe.TranscribeKeys;
import io.espalier.spark.transcribe.TranscribeOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Transcribes or translates a manifest. */
@Command(
    name = "transcribe",
    description =
        "Transcribes or translates every utterance of a manifest and writes exactly one row per"
            + " utterance. A second call computes only rows that are missing or failed.",
    mixinStandardHelpOptions = true)
final class TranscribeCommand implements Callable<Integer>, KeyedCommand {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Override
  public List<ConfKey<?>> keys() {
    return TranscribeKeys.KEYS;
  }

  @Override
  public Integer call() {
    SparkSession spark = options.session("transcribe");
    EspalierConf conf = SessionConf.of(spark, KeyOptions.given(spec, keys()), StageKeys.REQUIRED);
    PrintWriter out = spec.commandLine().getOut();
    StageSummary summary =
        new Transcribe(
                spark,
                TranscribeOptions.of(conf),
                BundleTranscribers.of(spark, conf, new OwsmOpener()),
                StageProgress.on(out))
            .run();
    out.println(summary.report());
    return summary.overBudget() ? ExitCode.OVER_ERROR_BUDGET : ExitCode.DONE;
  }
}
