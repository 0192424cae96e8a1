package io.espalier.audio;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.espalier.audio.DecoderProtocol.Report;
import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Decodes one file with FFmpeg, in the decoder process. Memory does not grow with the recording:
 * samples go out as they come, and the limits are checked on what was decoded, whatever the header
 * promised.
 */
final class NativeDecoder {
  /**
   * Codecs with padding and containers with rounded times may differ this much from what they
   * declare.
   */
  private static final double TOLERANCE_S = 0.5;

  /** Share of packets of a lossy stream that may be unreadable before the file counts as broken. */
  private static final double MAX_BAD_PACKETS = 0.02;

  private final DecodeRequest request;
  private final SampleSink sink;
  private Resampler resampler;
  private int sampleRate;
  private int channels;
  private double decodedS;
  private long frames;
  private long packets;
  private long badPackets;
  private boolean goodAfterBad;

  NativeDecoder(DecodeRequest request, SampleSink sink) {
    this.request = request;
    this.sink = sink;
  }

  /**
   * Decodes.
   *
   * @throws AudioException what is wrong with the file
   * @throws IOException the parent is gone
   */
  Report decode(NativeInput input) throws AudioException, IOException {
    AVPacket packet = av_packet_alloc();
    AVFrame frame = av_frame_alloc();
    try (MediaFile file = new MediaFile(input, request.container(), request.limits())) {
      if (declares(file)) {
        request.limits().checkDuration(file.declaredS().orElse(0));
      }
      boolean ended = readPackets(file, packet, frame);
      if (ended && resampler != null) {
        resampler.flush(sink);
      }
      if (ended) {
        checkComplete(file);
      }
      return new Report(sampleRate, channels, sink.count(), ended);
    } finally {
      if (resampler != null) {
        resampler.close();
      }
      av_frame_free(frame);
      av_packet_free(packet);
    }
  }

  /** Returns whether the recording's end was reached, rather than the segment's. */
  private boolean readPackets(MediaFile file, AVPacket packet, AVFrame frame)
      throws AudioException, IOException {
    while (av_read_frame(file.format(), packet) >= 0) {
      if (packet.stream_index() == file.stream().index()) {
        packets++;
        decodePacket(file, packet, frame);
      }
      av_packet_unref(packet);
      if (sink.full()) {
        return false;
      }
    }
    decodePacket(file, null, frame);
    return true;
  }

  private void decodePacket(MediaFile file, AVPacket packet, AVFrame frame)
      throws AudioException, IOException {
    int result = avcodec_send_packet(file.codec(), packet);
    while (result >= 0) {
      result = avcodec_receive_frame(file.codec(), frame);
      if (result >= 0) {
        convert(frame);
      }
    }
    if (result != AVERROR_EOF && result != AVERROR_EAGAIN()) {
      badPackets++;
    }
  }

  private void convert(AVFrame frame) throws AudioException, IOException {
    if (resampler == null || !resampler.fits(frame)) {
      changeFormat(frame);
    }
    goodAfterBad |= badPackets > 0;
    frames += frame.nb_samples();
    decodedS += (double) frame.nb_samples() / frame.sample_rate();
    request.limits().checkDuration(decodedS);
    resampler.convert(frame, sink);
  }

  /** Chained streams may change their format in the middle. */
  private void changeFormat(AVFrame frame) throws AudioException, IOException {
    int rate = frame.sample_rate();
    int count = frame.ch_layout().nb_channels();
    request.limits().checkStream(rate, count);
    if (resampler == null) {
      sampleRate = rate;
      channels = count;
    } else {
      resampler.flush(sink);
      resampler.close();
      resampler = null;
    }
    resampler = new Resampler(rate, count, frame.format());
  }

  /**
   * A decoder takes a cut file for a short one and a damaged one for a shorter one, so what came
   * out is compared with what was declared.
   */
  private void checkComplete(MediaFile file) throws AudioException {
    if (frames == 0) {
      throw new AudioException(
          ErrorCode.AUDIO_CORRUPT,
          "Cannot read audio: no sample could be decoded from %d packets. Check that the file plays"
              .formatted(packets));
    }
    double declaredS = declares(file) ? file.declaredS().orElse(0) : 0;
    boolean exact = isExact();
    double missingS = declaredS - decodedS;
    boolean damaged = exact ? badPackets > 0 : badPackets > 2 + packets * MAX_BAD_PACKETS;
    boolean cut = missingS > (exact ? 0.5 / sampleRate : TOLERANCE_S);
    if (damaged && goodAfterBad) {
      throw new AudioException(
          ErrorCode.AUDIO_CORRUPT,
          "Cannot read audio: %d of %d packets are damaged. Copy the file again"
              .formatted(badPackets, packets));
    }
    if (damaged || cut) {
      throw new AudioException(
          ErrorCode.AUDIO_TRUNCATED,
          "Cannot read audio: it ends after %s s, declared are %s s. Copy the file again"
              .formatted(decodedS, declaredS > 0 ? declaredS : "more"));
    }
  }

  /**
   * Whether the stream's declared length can be trusted. Wave headers were checked by {@link
   * WavFile}; Matroska declares the longest stream's length, which may be the video's.
   */
  private boolean declares(MediaFile file) {
    return switch (request.container()) {
      case WAV -> false;
      case MATROSKA -> file.streams() == 1;
      case W64, FLAC, OGG, MP3, AAC, MP4, AIFF, AU, CAF, AMR, ASF, WAVPACK -> true;
    };
  }

  private boolean isExact() {
    return switch (request.container()) {
      case FLAC, AIFF, AU, WAVPACK -> true;
      case WAV, W64, OGG, MP3, AAC, MP4, MATROSKA, CAF, AMR, ASF -> false;
    };
  }
}
