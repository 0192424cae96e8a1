package io.espalier.audio.worker;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.AudioWarning;
import io.espalier.audio.ChannelPower;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Converts decoded frames, and the silence between them, to the requested samples. */
final class Mixdown implements AutoCloseable {
  private final AudioLimits limits;
  private final SampleSink sink;
  private final ChannelPower power = new ChannelPower();
  private final FrameSamples samples = new FrameSamples();
  private Resampler resampler;
  private int sampleRate;
  private int channels;
  private boolean gaps;

  Mixdown(AudioLimits limits, SampleSink sink) {
    this.limits = limits;
    this.sink = sink;
  }

  /** The file's sample rate, in Hz: that of the first frame. */
  int sampleRate() {
    return sampleRate;
  }

  /** The file's channels: those of the first frame. */
  int channels() {
    return channels;
  }

  /** The warnings about the requested samples. */
  List<AudioWarning> warnings() {
    List<AudioWarning> warnings = new ArrayList<>(power.warnings());
    if (gaps) {
      warnings.add(AudioWarning.AUDIO_GAPS);
    }
    return warnings;
  }

  /** Prepares for a frame's format, which chained streams may change. */
  void prepare(AVFrame frame) throws AudioException, IOException {
    if (resampler != null && resampler.fits(frame)) {
      return;
    }
    int rate = frame.sample_rate();
    int count = frame.ch_layout().nb_channels();
    limits.checkStream(rate, count);
    if (resampler == null) {
      sampleRate = rate;
      channels = count;
    } else {
      flush();
      close();
    }
    resampler = new Resampler(rate, count, frame.format());
  }

  /** Silence of so many samples at the rate of the frames. */
  void silence(long count) throws AudioException, IOException {
    gaps |= sink.wants(resampler.outputOf(count));
    resampler.silence(count, sink);
  }

  /** Adds a frame of the prepared format. */
  void convert(AVFrame frame) throws AudioException, IOException {
    if (frame.ch_layout().nb_channels() > 1 && sink.wants(resampler.outputOf(frame.nb_samples()))) {
      samples.add(frame, power);
    }
    resampler.convert(frame, sink);
  }

  /** Passes on the remaining samples. */
  void flush() throws AudioException, IOException {
    if (resampler != null) {
      resampler.flush(sink);
    }
  }

  @Override
  public void close() {
    if (resampler != null) {
      resampler.close();
      resampler = null;
    }
  }
}
