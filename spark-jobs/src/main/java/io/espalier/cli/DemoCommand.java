package io.espalier.cli;

import io.espalier.spark.run.Demo;
import io.espalier.spark.stage.StageProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Transcribes the demo recordings with and without pruning and prints quality and cost. */
@Command(
    name = "demo",
    description =
        "Transcribes Espalier's demo recordings with its demo model, with and without pruning, and"
            + " prints quality and cost by language and task.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Option(
      names = {"-t", "--table"},
      paramLabel = "TABLE",
      defaultValue = "demo_transcripts",
      description = "Table to write. Default: ${DEFAULT-VALUE}.")
  private String table;

  @Option(
      names = "--beam",
      paramLabel = "INT",
      defaultValue = "1",
      description = "Beam width; 1 is greedy. Default: ${DEFAULT-VALUE}.")
  private String beam;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${sys:espalier.demo:-spark-jobs/src/main/demo}",
      description = "Directory that holds the demo's manifest, audio and bundle.")
  private Path data;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Writes the rows of the printed table to this file, as a JSON array of objects.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path rows = OutputFile.checked(json);
    Demo demo = new Demo(options.session("demo"), data, table);
    out.printf("Model: %s%n", demo.model());
    List<Demo.Run> runs = demo.transcribe(Map.of("beam", beam), StageProgress.on(out));
    Dataset<Row> results = demo.results(runs);
    runs.forEach(run -> out.printf("%s: %s%n", run.variant(), run.summary().report()));
    out.printf("%n%s%n", Demo.table(results));
    out.printf(
        """

        The recordings are synthetic speech, and the small model was trained on synthetic speech:
        real speech is harder. asr is recognition (WER and CER: lower is better), st_eng is
        translation into English (BLEU: higher is better).
        GFLOPs and RTFx are per utterance, as computed; language "all" is all languages together.
        Dense runs all modules. Pruned runs the modules that the gates choose for each utterance
        from its frames, speaker, sound and language; its GFLOPs include the cost of choosing.
        The rows are in the table %1$s. Next, try:
          spark-jobs/bin/espalier sql -e "SELECT utt_id, reference, hypothesis FROM %1$s LIMIT 10"
          spark-jobs/bin/espalier transcribe --help
        """,
        table);
    if (rows != null) {
      Demo.writeJson(results, rows);
    }
    out.flush();
    return runs.stream().anyMatch(run -> run.summary().overBudget())
        ? ExitCode.OVER_ERROR_BUDGET
        : ExitCode.DONE;
  }
}
