package io.espalier.tools.corpus.voice;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.espalier.files.Directories;
import io.espalier.tools.corpus.voice.Synthesizer.Speech;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The program festival (Black, Taylor and Caley, 1998), one process per utterance. */
final class Festival {
  /** Cells of its Scheme: with the default of ten million, it begins longer than it speaks. */
  private static final String HEAP = "1000000";

  private Festival() {}

  /**
   * Speaks an utterance.
   *
   * @param settings commands after the voice is chosen
   * @param utterance an expression of Festival's Scheme, not synthesized yet
   */
  static Speech speak(FestivalVoice voice, String settings, String utterance)
      throws IOException, InterruptedException {
    Path directory = Directories.temporary("espalier-festival");
    Path wav = directory.resolve("speech.wav");
    try {
      String script =
          String.format(
              Locale.ROOT,
              "(%s)%n%s%n(utt.save.wave (utt.synth %s) \"%s\" 'riff)%n",
              voice.function(),
              settings,
              utterance,
              wav);
      Program program = new Program("festival", "festival " + voice.debianPackage());
      // Festival's Italian reads Latin-1.
      program.run(List.of("--heap", HEAP, "--pipe"), script.getBytes(ISO_8859_1));
      if (!Files.exists(wav)) {
        throw new IOException(
            "Cannot speak with Festival's %s. Install it (apt-get install %s)"
                .formatted(voice.function(), voice.debianPackage()));
      }
      return WavFile.speech(Files.readAllBytes(wav));
    } finally {
      Directories.deleteRecursively(directory);
    }
  }
}
