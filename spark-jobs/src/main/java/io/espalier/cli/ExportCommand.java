package io.espalier.cli;

import io.espalier.conf.ConfKey;
import io.espalier.spark.export.Export;
import io.espalier.spark.export.ExportKeys;
import io.espalier.spark.export.ExportOptions;
import io.espalier.spark.export.format.FormatName;
import io.espalier.spark.session.SessionConf;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes transcripts as files of other tools. */
@Command(
    name = "export",
    description =
        "Writes the transcripts of a run as subtitles, texts, tables or files for scoring: one file"
            + " for each recording, or one for all.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer>, KeyedCommand {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "srt|vtt|txt|tsv|json|ctm|stm",
      description =
          "Subtitles (srt, vtt), plain text (txt), segments with times (tsv, json, stm) or words"
              + " with times (ctm).")
  private FormatName format;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR|FILE",
      description =
          "Directory to write the files to, or, with --one-file, the file. Files of the same names"
              + " are replaced.")
  private String output;

  @Option(
      names = "--run",
      paramLabel = "RUN",
      description = "Run to export. Default: the latest run of the table.")
  private String run;

  @Option(
      names = "--one-file",
      description =
          "Writes all recordings to one file. Subtitles can be in one file only if there is one"
              + " recording.")
  private boolean together;

  @Option(
      names = "--merge-segments",
      description =
          "Takes rows with the same audio for parts of one recording, from start_s on. Both columns"
              + " come from --manifest, or from the table if transcribe kept them. Speakers are"
              + " named.")
  private boolean merged;

  @Option(
      names = "--manifest",
      paramLabel = "MANIFEST",
      description = "Manifest of the transcripts: its audio, start_s and speaker_id are used.")
  private String manifest;

  @Option(
      names = "--text",
      defaultValue = "hypothesis",
      paramLabel = "hypothesis|reference",
      description =
          "Text to write. A reference is one segment as long as its row. Default:"
              + " ${DEFAULT-VALUE}.")
  private ExportOptions.Text text;

  @Override
  public List<ConfKey<?>> keys() {
    return ExportKeys.KEYS;
  }

  @Override
  public Integer call() throws IOException {
    String place =
        together ? OutputFile.of(output).orElseThrow().uri() : OutputFile.directory(output);
    SparkSession spark = options.session("export");
    ExportOptions.Call call =
        new ExportOptions.Call(
            format,
            text,
            place,
            together,
            merged,
            Optional.ofNullable(run),
            Optional.ofNullable(manifest));
    ExportOptions what =
        ExportOptions.of(call, SessionConf.of(spark, KeyOptions.given(spec, keys())));
    print(new Export(spark, what).run());
    return ExitCode.DONE;
  }

  private void print(Export.Result result) {
    spec.commandLine()
        .getOut()
        .println(
            String.format(
                Locale.ROOT,
                "Wrote %d %s of run %s to %s",
                result.recordings(),
                result.recordings() == 1 ? "recording" : "recordings",
                result.run(),
                output));
    if (result.failed() > 0) {
      print("Left out %d rows that failed", result.failed());
    }
    if (result.textless() > 0) {
      print("Left out %d rows without a text", result.textless());
    }
  }

  private void print(String sentence, long count) {
    spec.commandLine().getOut().println(String.format(Locale.ROOT, sentence, count));
  }
}
