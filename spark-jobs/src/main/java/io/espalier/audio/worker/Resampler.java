package io.espalier.audio.worker;

import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_from_mask;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_uninit;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_int;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set_sample_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_samples_set_silence;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc_set_opts2;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;
import static org.bytedeco.ffmpeg.global.swresample.swr_get_out_samples;
import static org.bytedeco.ffmpeg.global.swresample.swr_init;
import static org.bytedeco.ffmpeg.global.swresample.swr_set_matrix;

import io.espalier.audio.AudioException;
import io.espalier.audio.Waveform;
import java.io.IOException;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Converts decoded frames of one format to 16 kHz mono float with FFmpeg's swresample. It takes the
 * mean of the channels, not a surround down-mix, as the pure Java path does.
 */
final class Resampler implements AutoCloseable {
  /** Twice FFmpeg's own filter length: a transition band half as wide. */
  private static final int FILTER_TAPS = 64;

  private final int sampleRate;
  private final int channels;
  private final int sampleFormat;
  private final SwrContext context;
  private final PointerPointer<FloatPointer> planes = new PointerPointer<>(1);
  private FloatPointer output = new FloatPointer();

  Resampler(int sampleRate, int channels, int sampleFormat) throws AudioException {
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.sampleFormat = sampleFormat;
    context = allocate(sampleRate, channels, sampleFormat);
    double[] mean = new double[channels];
    Arrays.fill(mean, 1.0 / channels);
    try (DoublePointer matrix = new DoublePointer(mean)) {
      FfmpegErrors.check(swr_set_matrix(context, matrix, channels), "mix the channels");
    }
    FfmpegErrors.check(swr_init(context), "resample");
  }

  private static SwrContext allocate(int rate, int channels, int format) throws AudioException {
    try (AVChannelLayout mono = new AVChannelLayout();
        AVChannelLayout source = new AVChannelLayout();
        PointerPointer<SwrContext> holder = new PointerPointer<>(1)) {
      // Which speakers they are does not matter to a mean, so the first so many will do.
      av_channel_layout_from_mask(mono, 1);
      av_channel_layout_from_mask(source, (1L << channels) - 1);
      holder.put(0, (Pointer) null);
      FfmpegErrors.check(
          swr_alloc_set_opts2(
              holder,
              mono,
              AV_SAMPLE_FMT_FLTP,
              Waveform.SAMPLE_RATE,
              source,
              format,
              rate,
              0,
              null),
          "resample");
      av_channel_layout_uninit(mono);
      av_channel_layout_uninit(source);
      SwrContext context = holder.get(SwrContext.class);
      av_opt_set_int(context, "filter_size", FILTER_TAPS, 0);
      av_opt_set_sample_fmt(context, "internal_sample_fmt", AV_SAMPLE_FMT_FLTP, 0);
      return context;
    }
  }

  /** Whether frames of this format can go through. */
  boolean fits(AVFrame frame) {
    return frame.sample_rate() == sampleRate
        && frame.ch_layout().nb_channels() == channels
        && frame.format() == sampleFormat;
  }

  /** About how many samples come of so many. */
  long outputOf(long samples) {
    return samples * Waveform.SAMPLE_RATE / sampleRate;
  }

  void convert(AVFrame frame, SampleSink sink) throws AudioException, IOException {
    ensure(swr_get_out_samples(context, frame.nb_samples()));
    int count =
        swr_convert(
            context, planes, (int) output.capacity(), frame.extended_data(), frame.nb_samples());
    FfmpegErrors.check(count, "resample");
    sink.accept(output, count);
  }

  /**
   * Hands silence through the filter, as if it had been decoded.
   *
   * @param samples at the rate of the frames
   */
  void silence(long samples, SampleSink sink) throws AudioException, IOException {
    AVFrame frame = av_frame_alloc();
    try {
      frame.format(sampleFormat);
      frame.sample_rate(sampleRate);
      frame.nb_samples((int) Math.min(samples, sampleRate));
      av_channel_layout_default(frame.ch_layout(), channels);
      FfmpegErrors.check(av_frame_get_buffer(frame, 0), "fill a gap with silence");
      av_samples_set_silence(frame.extended_data(), 0, frame.nb_samples(), channels, sampleFormat);
      for (long left = samples; left > 0 && !sink.full(); left -= sampleRate) {
        frame.nb_samples((int) Math.min(left, sampleRate));
        convert(frame, sink);
      }
    } finally {
      av_frame_free(frame);
    }
  }

  /** Hands on what the filter still holds. */
  void flush(SampleSink sink) throws AudioException, IOException {
    ensure(Math.max(1, swr_get_out_samples(context, 0)));
    int count = (int) output.capacity();
    while (count == output.capacity()) {
      count = swr_convert(context, planes, (int) output.capacity(), (PointerPointer<?>) null, 0);
      FfmpegErrors.check(count, "resample");
      sink.accept(output, count);
    }
  }

  private void ensure(int samples) throws AudioException {
    FfmpegErrors.check(samples, "resample");
    if (output.capacity() < samples) {
      output.close();
      output = new FloatPointer(samples + 1024L);
      planes.put(0, output);
    }
  }

  @Override
  public void close() {
    swr_free(context);
    output.close();
    planes.close();
  }
}
