package io.espalier.audio.worker;

import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_DBL;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S32;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_U8;
import static org.bytedeco.ffmpeg.global.avutil.av_get_bytes_per_sample;
import static org.bytedeco.ffmpeg.global.avutil.av_get_packed_sample_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_sample_fmt_is_planar;

import io.espalier.audio.ChannelPower;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Reads the samples of decoded frames, whatever their format, full scale being 1. */
final class FrameSamples {
  private float[] values = new float[0];
  private float[] sums = new float[0];

  /** Adds all samples of a frame. */
  void add(AVFrame frame, ChannelPower power) {
    int count = frame.nb_samples();
    int channels = frame.ch_layout().nb_channels();
    boolean planar = av_sample_fmt_is_planar(frame.format()) != 0;
    int size = planar ? count : count * channels;
    if (values.length < size) {
      values = new float[size];
      sums = new float[size];
    }
    Arrays.fill(sums, 0, count, 0);
    double squares = 0;
    for (int channel = 0; channel < channels; channel++) {
      if (planar || channel == 0) {
        read(frame, channel, size);
      }
      squares += addChannel(count, planar ? 0 : channel, planar ? 1 : channels);
    }
    double sumsSquared = 0;
    for (int i = 0; i < count; i++) {
      sumsSquared += sums[i] * sums[i];
    }
    power.add(sumsSquared, squares, count, channels);
  }

  /** Adds a channel to the sums, and returns the sum of its squares. */
  private double addChannel(int count, int first, int step) {
    double squares = 0;
    for (int i = 0, at = first; i < count; i++, at += step) {
      float value = values[at];
      sums[i] += value;
      squares += value * value;
    }
    return squares;
  }

  private void read(AVFrame frame, int plane, int size) {
    long bytes = (long) size * av_get_bytes_per_sample(frame.format());
    ByteBuffer data =
        frame.extended_data(plane).capacity(bytes).asByteBuffer().order(ByteOrder.nativeOrder());
    switch (av_get_packed_sample_fmt(frame.format())) {
      case AV_SAMPLE_FMT_U8 -> readBytes(data, size);
      case AV_SAMPLE_FMT_S16 -> readShorts(data.asShortBuffer(), size);
      case AV_SAMPLE_FMT_S32 -> readInts(data.asIntBuffer(), size);
      case AV_SAMPLE_FMT_FLT -> data.asFloatBuffer().get(values, 0, size);
      case AV_SAMPLE_FMT_DBL -> readDoubles(data.asDoubleBuffer(), size);
      default -> Arrays.fill(values, 0, size, 0); // Which no codec on the list gives.
    }
  }

  private void readBytes(ByteBuffer data, int size) {
    for (int i = 0; i < size; i++) {
      values[i] = ((data.get(i) & 0xff) - 128) / 128f;
    }
  }

  private void readShorts(ShortBuffer data, int size) {
    for (int i = 0; i < size; i++) {
      values[i] = data.get(i) / 32768f;
    }
  }

  private void readInts(IntBuffer data, int size) {
    for (int i = 0; i < size; i++) {
      values[i] = data.get(i) / 0x1p31f;
    }
  }

  private void readDoubles(DoubleBuffer data, int size) {
    for (int i = 0; i < size; i++) {
      values[i] = (float) data.get(i);
    }
  }
}
