package io.espalier.audio.worker;

import io.espalier.audio.SampleRange;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/** Counts the samples of a recording and writes those of its segment to the parent. */
final class SampleSink {
  private final DataOutputStream out;
  private final SampleRange segment;
  private long count;

  SampleSink(DataOutputStream out, SampleRange segment) {
    this.out = out;
    this.segment = segment;
  }

  void accept(FloatPointer samples, int length) throws IOException {
    long from = Math.max(count, segment.start());
    long to = Math.min(count + length, segment.stop());
    if (from < to) {
      FloatBuffer buffer = samples.position(0).asBuffer();
      DecoderProtocol.writeSamples(out, buffer.slice((int) (from - count), (int) (to - from)));
    }
    count += length;
  }

  /** Samples so far, at 16 kHz, from the recording's start. */
  long count() {
    return count;
  }

  /** Whether some of the next samples are wanted. */
  boolean wants(long next) {
    return count + next > segment.start() && !full();
  }

  /** Whether the rest of the recording is not wanted. */
  boolean full() {
    return count >= segment.stop();
  }
}
