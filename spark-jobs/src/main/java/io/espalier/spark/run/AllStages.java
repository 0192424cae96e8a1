package io.espalier.spark.run;

import io.espalier.conf.EspalierConf;
import io.espalier.spark.bundle.OwsmOpener;
import io.espalier.spark.context.BundleContexts;
import io.espalier.spark.context.ContextFactory;
import io.espalier.spark.context.ContextJobOptions;
import io.espalier.spark.context.ContextKeys;
import io.espalier.spark.context.ContextStage;
import io.espalier.spark.context.ContextSummary;
import io.espalier.spark.score.Score;
import io.espalier.spark.score.ScoreOptions;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.task.SampleCache;
import io.espalier.spark.task.SampleUse;
import io.espalier.spark.task.TaskKeys;
import io.espalier.spark.transcribe.BundleTranscribers;
import io.espalier.spark.transcribe.Transcribe;
import io.espalier.spark.transcribe.TranscribeKeys;
import io.espalier.spark.transcribe.TranscribeOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** {@code espalier run}: contexts, transcripts and scores in one Spark application. */
public final class AllStages {
  private static final long MIB = 1 << 20;

  private final SparkSession spark;
  private final Map<String, String> options;
  private final StageProgress progress;
  private final Consumer<String> log;

  /**
   * @param options of the stages by name
   * @param log receives each stage's report
   */
  public AllStages(
      SparkSession spark,
      Map<String, String> options,
      StageProgress progress,
      Consumer<String> log) {
    this.spark = spark;
    this.options = Map.copyOf(options);
    this.progress = progress;
    this.log = log;
  }

  /**
   * Runs the stages; each computes only what its table lacks.
   *
   * @return whether too many rows have failed
   */
  public boolean run() {
    EspalierConf conf = SessionConf.of(spark, options, StageKeys.REQUIRED);
    long bytes = conf.get(TaskKeys.SAMPLES_MB) * MIB;
    String application = UUID.randomUUID().toString();
    boolean overBudget = false;
    ContextJobOptions contextJob = ContextJobOptions.of(conf);
    Optional<String> contextsRun = Optional.empty();
    if (BundleContexts.hasEncoders(spark, conf)) {
      ContextFactory encoders = BundleContexts.of(spark, conf, contextJob);
      SampleUse keep = new SampleUse(SampleCache.Role.KEEP, application, bytes);
      ContextSummary contexts =
          new ContextStage(spark, contextJob.withSamples(keep), encoders, progress).run();
      log.accept(contexts.report());
      overBudget = contexts.stage().overBudget();
      contextsRun = Optional.of(contexts.stage().runId());
    } else {
      log.accept("The bundle has no context encoders, so no contexts are computed");
    }
    Map<String, String> all = new HashMap<>(options);
    contextsRun.ifPresent(
        run -> {
          all.put(TranscribeKeys.WITH_CONTEXTS.name(), conf.get(ContextKeys.CONTEXTS));
          all.put(TranscribeKeys.CONTEXTS_RUN.name(), run);
        });
    EspalierConf transcribeConf = SessionConf.of(spark, all);
    SampleUse take = new SampleUse(SampleCache.Role.TAKE, application, bytes);
    StageSummary transcripts =
        new Transcribe(
                spark,
                TranscribeOptions.of(transcribeConf).withSamples(take),
                BundleTranscribers.of(spark, transcribeConf, new OwsmOpener()),
                progress)
            .run();
    log.accept(transcripts.report());
    ScoreOptions score = ScoreOptions.of(conf).withRuns(List.of(transcripts.runId()));
    log.accept(new Score(spark, score).run().text());
    return overBudget || transcripts.overBudget();
  }
}
