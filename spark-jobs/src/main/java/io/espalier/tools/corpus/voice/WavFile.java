package io.espalier.tools.corpus.voice;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.espalier.tools.corpus.voice.Synthesizer.Speech;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Plain WAV files, as synthesizers write them: mono, 16 bits, a header of 44 bytes. */
public final class WavFile {
  private static final int HEADER_BYTES = 44;
  private static final int SAMPLE_RATE_OFFSET = 24;

  private WavFile() {}

  /** Reads the samples up to the end: the sizes in the header are unset where it was piped. */
  public static Speech speech(byte[] wav) throws IOException {
    if (wav.length <= HEADER_BYTES || !new String(wav, 0, 4, US_ASCII).equals("RIFF")) {
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
