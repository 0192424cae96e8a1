package io.espalier.tools.corpus.voice;

import io.espalier.files.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The program flite (Black and Lenzo, 2001): English, one process per utterance. */
final class FliteSynthesizer implements Synthesizer {
  private static final Program FLITE = new Program("flite", "flite");

  @Override
  public Speech speak(String text, Voice voice, int speed)
      throws IOException, InterruptedException {
    Path directory = Directories.temporary("espalier-flite");
    Path wav = directory.resolve("speech.wav");
    try {
      FLITE.run(
          List.of(
              "-voice",
              voice.name(),
              "--setf",
              String.format(Locale.ROOT, "duration_stretch=%.3f", Tempo.stretch(voice, speed)),
              "-t",
              text,
              "-o",
              wav.toString()),
          new byte[0]);
      return WavFile.speech(Files.readAllBytes(wav));
    } finally {
      Directories.deleteRecursively(directory);
    }
  }
}
