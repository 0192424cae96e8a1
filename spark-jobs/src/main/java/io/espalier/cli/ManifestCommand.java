package io.espalier.cli;

import io.espalier.conf.ConfKey;
import io.espalier.spark.manifest.ManifestMaker;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.task.AudioKeys;
import io.espalier.spark.task.AudioRules;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a manifest from the user's data. */
@Command(
    name = "manifest",
    description =
        "Makes a manifest, with one row per utterance, from audio files or from data of Kaldi,"
            + " NeMo, Lhotse or Hugging Face.",
    mixinStandardHelpOptions = true)
final class ManifestCommand implements Callable<Integer>, KeyedCommand {
  private static final int LEFT_OUT_EXAMPLES = 5;

  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Parameters(
      paramLabel = "SOURCE",
      description =
          "Directory of audio files, Kaldi data directory, .jsonl, .json or .jsonl.gz file of NeMo"
              + " or Lhotse, .csv or .tsv file, Parquet file or directory, or table.")
  private String source;

  @Option(
      names = {"-o", "--table"},
      paramLabel = "TABLE",
      defaultValue = "manifest",
      description = "Table or path to write. Default: ${DEFAULT-VALUE}.")
  private String table;

  @Option(
      names = "--from",
      paramLabel = "KIND",
      defaultValue = "auto",
      description =
          "Kind of SOURCE: auto, directory, kaldi, nemo, lhotse or table. Default:"
              + " ${DEFAULT-VALUE}.")
  private String kind;

  @Option(
      names = "--audio-root",
      paramLabel = "DIR",
      description = "Directory of relative audio paths. Default: the source's directory.")
  private String audioRoot;

  @Option(
      names = "--column",
      paramLabel = "OURS=THEIRS",
      description =
          "Uses a column of the source under another name: reference=sentence uses sentence as"
              + " reference. Repeatable.")
  private Map<String, String> columns = new LinkedHashMap<>();

  @Option(
      names = "--language",
      paramLabel = "CODE",
      description = "Language of the rows that have none, such as deu, de or German.")
  private String language;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "Task of the rows that have none: asr, st_eng, ...")
  private String task;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Split to take from a data set that has several, such as test.")
  private String split;

  @Option(names = "--overwrite", description = "Replaces an existing table.")
  private boolean overwrite;

  @Override
  public List<ConfKey<?>> keys() {
    return AudioKeys.KEYS;
  }

  @Override
  public Integer call() {
    SparkSession spark = options.session("manifest");
    ManifestMaker.Request request =
        new ManifestMaker.Request(
            source,
            ManifestMaker.Kind.of(kind.toUpperCase(Locale.ROOT)),
            Optional.ofNullable(audioRoot),
            columns,
            Optional.ofNullable(language),
            Optional.ofNullable(task),
            Optional.ofNullable(split),
            AudioRules.of(SessionConf.of(spark, KeyOptions.given(spec, keys()))));
    ManifestMaker.Summary summary = ManifestMaker.make(spark, request, table, overwrite);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "Wrote %d utterances from %s (%s) to %s%n",
        summary.utterances(),
        source,
        summary.kind().name().toLowerCase(Locale.ROOT),
        table);
    if (!summary.namesLeftOut().isEmpty()) {
      out.printf(
          Locale.ROOT,
          "Left out %d names: %s%s%n",
          summary.namesLeftOut().size(),
          String.join(", ", summary.namesLeftOut().stream().limit(LEFT_OUT_EXAMPLES).toList()),
          summary.namesLeftOut().size() > LEFT_OUT_EXAMPLES ? ", ..." : "");
    }
    summary
        .columnsLeftOut()
        .forEach(
            (column, reason) ->
                out.printf(Locale.ROOT, "Left out column '%s': %s%n", column, reason));
    return ExitCode.DONE;
  }
}
