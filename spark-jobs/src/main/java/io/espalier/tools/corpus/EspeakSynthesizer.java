package io.espalier.tools.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;

/** The program espeak-ng, one process per utterance. Only makers of corpora need it. */
public final class EspeakSynthesizer implements Synthesizer {
  private static final int HEADER_BYTES = 44;
  private static final int SAMPLE_RATE_OFFSET = 24;

  /** espeak-ng's number for UTF-8. */
  private static final String UTF_8_INPUT = "1";

  private final String program;

  /** Uses the {@code espeak-ng} on the PATH. */
  public EspeakSynthesizer() {
    this("espeak-ng");
  }

  /** Uses the program at a path. */
  public EspeakSynthesizer(String program) {
    this.program = program;
  }

  @Override
  public Speech speak(String text, Voice voice, int speed)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            program,
            "-v",
            voice.synthesizerName(),
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
    Process process = start(command);
    byte[] wav;
    // Not an argument of the command: its encoding would depend on the locale.
    try (OutputStream input = process.getOutputStream()) {
      input.write(text.getBytes(UTF_8));
    }
    try (InputStream output = process.getInputStream()) {
      wav = output.readAllBytes();
    }
    int exit = process.waitFor();
    if (exit != 0 || wav.length <= HEADER_BYTES) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Cannot speak \"%s\": %s ended with %d after %d bytes",
              text,
              command,
              exit,
              wav.length));
    }
    return speech(wav);
  }

  private Process start(List<String> command) throws IOException {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      return builder.start();
    } catch (IOException e) {
      throw new IOException(
          "Cannot run %s. Install espeak-ng (apt-get install espeak-ng)".formatted(program), e);
    }
  }

  /** Reads the 16-bit samples; the sizes in the header are unset, because it was piped. */
  private static Speech speech(byte[] wav) throws IOException {
    if (!new String(wav, 0, 4, UTF_8).equals("RIFF")) {
      throw new IOException("Cannot read the synthesizer's output: it is not a WAV file");
    }
    ByteBuffer bytes = ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN);
    float[] samples = new float[(wav.length - HEADER_BYTES) / Short.BYTES];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = bytes.getShort(HEADER_BYTES + i * Short.BYTES) / 32768f;
    }
    return new Speech(samples, bytes.getInt(SAMPLE_RATE_OFFSET));
  }
}
