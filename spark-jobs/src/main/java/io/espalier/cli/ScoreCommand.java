package io.espalier.cli;

import io.espalier.conf.ConfKey;
import io.espalier.spark.score.Score;
import io.espalier.spark.score.ScoreKeys;
import io.espalier.spark.score.ScoreOptions;
import io.espalier.spark.session.SessionConf;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Computes quality and cost of transcripts. */
@Command(
    name = "score",
    description =
        "Computes WER, CER, BLEU and chrF of transcripts per utterance and per group, with cost and"
            + " 95 %% bootstrap intervals. Writes tables and prints the groups.",
    mixinStandardHelpOptions = true)
final class ScoreCommand implements Callable<Integer>, KeyedCommand {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "RUN",
      description =
          "Scores two runs and tests their difference with a paired bootstrap. The first run is the"
              + " baseline.")
  private List<String> compared;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Writes the groups, or the comparisons with --compare, to this file, as a JSON array of"
              + " objects.")
  private String json;

  @Override
  public List<ConfKey<?>> keys() {
    return ScoreKeys.KEYS;
  }

  @Override
  public Integer call() throws IOException {
    Optional<OutputFile> rows = OutputFile.of(json);
    SparkSession spark = options.session("score");
    ScoreOptions what = ScoreOptions.of(SessionConf.of(spark, KeyOptions.given(spec, keys())));
    Score.Result result =
        compared == null
            ? new Score(spark, what).run()
            : Score.compare(spark, what, compared.get(0), compared.get(1));
    spec.commandLine().getOut().println(result.text());
    if (rows.isPresent()) {
      rows.get().write(spark, result.json());
    }
    return ExitCode.DONE;
  }
}
