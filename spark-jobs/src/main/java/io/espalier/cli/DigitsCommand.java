package io.espalier.cli;

import io.espalier.tools.corpus.DigitStrings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes strings of spoken digits. A developer tool, so the help does not list it. */
@Command(
    name = "digits",
    description =
        "Makes strings of digits for training, development and test from recordings of single"
            + " digits, named as in the Free Spoken Digit Dataset.",
    mixinStandardHelpOptions = true,
    hidden = true)
final class DigitsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RECORDINGS", description = "Directory of WAV files.")
  private Path recordings;

  @Parameters(index = "1", paramLabel = "DIRECTORY", description = "Directory to make the sets in.")
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
