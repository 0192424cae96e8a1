package io.espalier.cli;

import io.espalier.tools.corpus.CorpusMaker;
import io.espalier.tools.corpus.CorpusRecipe;
import io.espalier.tools.corpus.CorpusTable;
import io.espalier.tools.corpus.EspeakSynthesizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes synthetic speech; a tool of developers and of training, so it is not listed. */
@Command(
    name = "corpus",
    description = "Makes a corpus of synthetic speech with espeak-ng.",
    mixinStandardHelpOptions = true,
    hidden = true)
final class CorpusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Parameters(index = "0", paramLabel = "RECIPE", description = "A recipe in YAML.")
  private Path recipe;

  @Parameters(index = "1", paramLabel = "DIRECTORY", description = "A new local directory.")
  private Path directory;

  @Option(
      names = "--parquet",
      paramLabel = "FILE",
      description = "Writes the manifest as one Parquet file too.")
  private String parquet;

  @Option(
      names = "--embed-audio",
      description = "The Parquet file holds the audio itself, not paths.")
  private boolean embedAudio;

  @Override
  public Integer call() throws IOException, InterruptedException {
    int utterances =
        CorpusMaker.make(CorpusRecipe.read(recipe), directory, new EspeakSynthesizer());
    if (parquet != null) {
      CorpusTable.write(options.session("corpus"), directory, parquet, embedAudio);
    }
    spec.commandLine()
        .getOut()
        .printf(Locale.ROOT, "Wrote %d utterances to %s%n", utterances, directory);
    return ExitCode.DONE;
  }
}
