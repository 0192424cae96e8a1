package io.espalier.tools.corpus.sound;

import static io.espalier.audio.Waveform.SAMPLE_RATE;

import io.espalier.files.Directories;
import java.io.IOException;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;

/** Speech that was coded at so low a rate that it can be heard. */
public enum LowRateCodec {
  /** Opus at 6 kbit/s, as in calls over the internet. */
  OPUS("ogg", "libopus", SAMPLE_RATE, 6_000),
  /** The adaptive multi-rate codec of GSM telephones, at 4.75 kbit/s. */
  GSM("amr", "libopencore_amrnb", 8_000, 4_750),
  /** MP3 at 16 kbit/s, as in old archives. */
  MP3("mp3", "libmp3lame", SAMPLE_RATE, 16_000);

  private static final int MONO = 1;
  private final String container;
  private final String codec;
  private final int sampleRate;
  private final int bitRate;

  LowRateCodec(String container, String codec, int sampleRate, int bitRate) {
    this.container = container;
    this.codec = codec;
    this.sampleRate = sampleRate;
    this.bitRate = bitRate;
  }

  /** Samples at 16 kHz, coded and decoded: as many, though late by what the codec takes. */
  public float[] transmit(float[] samples) throws IOException {
    Path directory = Directories.temporary("espalier-codec");
    Path file = directory.resolve("speech." + container);
    try {
      float[] own = SincResampler.resample(samples, SAMPLE_RATE, sampleRate);
      AudioWriter.encode(file, container, codec, sampleRate, bitRate, own);
      return decode(file, samples.length);
    } finally {
      Directories.deleteRecursively(directory);
    }
  }

  private float[] decode(Path file, int length) throws IOException {
    List<short[]> blocks = new ArrayList<>();
    int size = 0;
    try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile())) {
      grabber.setAudioChannels(MONO);
      grabber.setSampleRate(SAMPLE_RATE);
      grabber.start();
      for (Frame frame = grabber.grabSamples(); frame != null; frame = grabber.grabSamples()) {
        ShortBuffer block = (ShortBuffer) frame.samples[0];
        short[] copy = new short[block.remaining()];
        block.get(copy);
        blocks.add(copy);
        size += copy.length;
      }
    }
    float[] samples = new float[Math.max(length, size)];
    int next = 0;
    for (short[] block : blocks) {
      for (short sample : block) {
        samples[next++] = sample / 32768f;
      }
    }
    return samples.length == length ? samples : Arrays.copyOf(samples, length);
  }
}
