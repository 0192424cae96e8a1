package io.espalier.audio.decoder;

import io.espalier.audio.AudioLimits;
import io.espalier.audio.Waveform;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Decodes the file that its argument names and prints what it is. */
final class DecodeOneFile {
  private DecodeOneFile() {}

  /** Decodes one file. */
  public static void main(String[] args) throws Exception {
    int roots = DecoderCommand.classPath().split(File.pathSeparator, -1).length;
    try (AudioDecoder decoder = new AudioDecoder(AudioLimits.defaults(), 1)) {
      Waveform waveform = decoder.decode(Files.readAllBytes(Path.of(args[0])));
      System.out.printf(
          Locale.ROOT,
          "%d root, %d Hz, %d s%n",
          roots,
          waveform.sourceSampleRate(),
          Math.round(waveform.durationS()));
    }
  }
}
