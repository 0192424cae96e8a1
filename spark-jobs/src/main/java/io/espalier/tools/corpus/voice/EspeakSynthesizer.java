package io.espalier.tools.corpus.voice;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/** The program espeak-ng, one process per utterance. Only makers of corpora need it. */
public final class EspeakSynthesizer implements Synthesizer {
  /** espeak-ng's number for UTF-8. */
  private static final String UTF_8_INPUT = "1";

  private final Program program;

  /** Uses the {@code espeak-ng} on the PATH. */
  public EspeakSynthesizer() {
    this("espeak-ng");
  }

  /** Uses the program at a path. */
  public EspeakSynthesizer(String program) {
    this.program = new Program(program, "espeak-ng");
  }

  @Override
  public Speech speak(String text, Voice voice, int speed)
      throws IOException, InterruptedException {
    List<String> arguments =
        List.of(
            "-v",
            voice.fullName(),
            "-p",
            Integer.toString(voice.pitch()),
            "-s",
            Integer.toString(speed),
            "-g",
            Integer.toString(voice.gap()),
            "-b",
            UTF_8_INPUT,
            "--stdin",
            "--stdout");
    return WavFile.speech(program.run(arguments, text.getBytes(UTF_8)));
  }

  /**
   * The sounds of a text in the International Phonetic Alphabet.
   *
   * @param base the language voice, such as {@code de}
   * @return sounds separated by {@code _}, words by spaces
   */
  String sounds(String text, String base) throws IOException, InterruptedException {
    List<String> arguments =
        List.of("-v", base, "-b", UTF_8_INPUT, "--ipa", "--sep=_", "-q", "--stdin");
    return new String(program.run(arguments, text.getBytes(UTF_8)), UTF_8);
  }
}
