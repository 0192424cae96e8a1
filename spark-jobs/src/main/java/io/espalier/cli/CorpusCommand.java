package io.espalier.cli;

import io.espalier.tools.corpus.CorpusMaker;
import io.espalier.tools.corpus.CorpusRecipe;
import io.espalier.tools.corpus.CorpusTable;
import io.espalier.tools.corpus.DigitStrings;
import io.espalier.tools.corpus.WordTimes;
import io.espalier.tools.corpus.voice.EspeakLibrary;
import io.espalier.tools.corpus.voice.EspeakSynthesizer;
import io.espalier.tools.corpus.voice.Synthesizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes synthetic speech for training. A developer tool, so the help does not list it. */
@Command(
    name = "corpus",
    description = "Makes a corpus of synthetic speech with espeak-ng, flite and Festival.",
    mixinStandardHelpOptions = true,
    hidden = true)
final class CorpusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Parameters(index = "0", paramLabel = "RECIPE", description = "Recipe in YAML.")
  private Path recipe;

  @Parameters(index = "1", paramLabel = "DIRECTORY", description = "Local directory to create.")
  private Path directory;

  @Option(
      names = "--parquet",
      paramLabel = "FILE",
      description = "Also writes the manifest as one Parquet file.")
  private String parquet;

  @Option(
      names = "--embed-audio",
      description = "Stores the audio itself in the Parquet file, instead of paths.")
  private boolean embedAudio;

  @Option(
      names = "--word-times",
      paramLabel = "FILE",
      description =
          "Also writes when each word is said, as JSON lines: espeak-ng reports it. Needs its"
              + " library, libespeak-ng1.")
  private Path wordTimes;

  @Override
  public Integer call() throws IOException, InterruptedException {
    CorpusRecipe read = CorpusRecipe.read(recipe);
    Path times = OutputFile.checked(wordTimes);
    EspeakLibrary library = times == null ? null : EspeakLibrary.open();
    int utterances = CorpusMaker.make(read, directory, new Synthesizers());
    if (parquet != null) {
      CorpusTable.write(options.session("corpus"), directory, parquet, embedAudio);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (times != null) {
      int timed = WordTimes.write(read, new EspeakSynthesizer(), library, times);
      out.printf(Locale.ROOT, "Wrote times of words in %d utterances to %s%n", timed, times);
    }
    out.printf(Locale.ROOT, "Wrote %d utterances to %s%n", utterances, directory);
    return ExitCode.DONE;
  }

  /** Makes strings of spoken digits. A developer tool, so the help does not list it. */
  @Command(
      name = "digits",
      description =
          "Makes strings of digits for training, development and test from recordings of single"
              + " digits, named as in the Free Spoken Digit Dataset.",
      mixinStandardHelpOptions = true,
      hidden = true)
  static final class Digits implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "RECORDINGS", description = "Directory of WAV files.")
    private Path recordings;

    @Parameters(
        index = "1",
        paramLabel = "DIRECTORY",
        description = "Directory to make the sets in.")
    private Path directory;

    @Option(
        names = "--held-out",
        paramLabel = "SPEAKER",
        description =
            "The speaker of the test, whom training does not hear. Default: all speakers are in all"
                + " sets, with recordings of their own in each.")
    private String heldOut;

    @Option(
        names = "--seed",
        defaultValue = "20261205",
        paramLabel = "N",
        description = "Seed of all choices. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws IOException {
      Map<String, Integer> counts =
          DigitStrings.make(recordings, directory, Optional.ofNullable(heldOut), seed);
      counts.forEach(
          (set, count) ->
              spec.commandLine()
                  .getOut()
                  .printf(Locale.ROOT, "Wrote %d strings to %s%n", count, directory.resolve(set)));
      return ExitCode.DONE;
    }
  }
}
