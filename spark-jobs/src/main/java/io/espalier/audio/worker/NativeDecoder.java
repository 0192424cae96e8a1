package io.espalier.audio.worker;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.espalier.audio.AudioException;
import io.espalier.audio.Seconds;
import io.espalier.audio.container.AudioContainer;
import io.espalier.audio.decoder.WavFile;
import io.espalier.audio.worker.DecoderProtocol.Report;
import io.espalier.outcome.ErrorCode;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;

/**
 * Decodes one file with FFmpeg, in the decoder process. Samples are sent as they are decoded, so
 * memory does not grow with the recording. The limits apply to the decoded samples, whatever the
 * header says.
 */
final class NativeDecoder {
  private final DecodeRequest request;
  private final SampleSink sink;
  private final Mixdown mixdown;
  private final Timeline timeline = new Timeline();
  private final Completeness completeness;

  NativeDecoder(DecodeRequest request, SampleSink sink) {
    this.request = request;
    this.sink = sink;
    mixdown = new Mixdown(request.limits(), sink);
    completeness = new Completeness(request.container());
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
    try (MediaFile file = new MediaFile(input, request.container(), request.limits());
        PacketSource packets = isOgg() ? new OggPackets(file, input) : new StreamPackets(file);
        PageFrames page = new PageFrames((held, timeS) -> place(file, held, timeS))) {
      request.limits().checkDuration(declaredS(file).orElse(0));
      boolean ended = readPackets(file, packets, page, packet, frame);
      if (ended) {
        fill(file, mixdown.sampleRate(), timeline.gapAtEnd());
        mixdown.flush();
        completeness.check(timeline, mixdown.sampleRate(), declaredS(file));
      }
      return new Report(
          mixdown.sampleRate(), mixdown.channels(), sink.count(), ended, mixdown.warnings());
    } finally {
      mixdown.close();
      av_frame_free(frame);
      av_packet_free(packet);
    }
  }

  /** Returns whether the recording's end was reached, rather than the segment's. */
  private boolean readPackets(
      MediaFile file, PacketSource packets, PageFrames page, AVPacket packet, AVFrame frame)
      throws AudioException, IOException {
    while (packets.next(packet)) {
      if (packets.restarted()) {
        page.restart();
        timeline.restart();
      }
      note(file, packet);
      decodePacket(file, packet, page, frame);
      av_packet_unref(packet);
      Optional<PacketSource.EndedPage> ended = packets.endedPage();
      if (ended.isPresent()) {
        page.release(ended.orElseThrow());
      }
      if (sink.full()) {
        return false;
      }
    }
    decodePacket(file, null, page, frame);
    page.release();
    return true;
  }

  private void note(MediaFile file, AVPacket packet) {
    boolean cut = (packet.flags() & AV_PKT_FLAG_CORRUPT) != 0;
    completeness.packet(cut && request.container() == AudioContainer.MP4);
    if (isTimed() && !isOgg()) {
      timeline.packet(seconds(file, packet.pts()), seconds(file, packet.duration()));
    }
  }

  private void decodePacket(MediaFile file, AVPacket packet, PageFrames page, AVFrame frame)
      throws AudioException, IOException {
    int result = avcodec_send_packet(file.codec(), packet);
    while (result >= 0) {
      result = avcodec_receive_frame(file.codec(), frame);
      if (result >= 0) {
        completeness.good();
        if (isOgg()) {
          page.add(frame);
        } else {
          place(file, frame, isTimed() ? seconds(file, frame.pts()) : Double.NaN);
        }
      }
    }
    if (result != AVERROR_EOF && result != AVERROR_EAGAIN()) {
      completeness.bad();
    }
  }

  /** Puts a frame at the position of its time stamp. */
  private void place(MediaFile file, AVFrame frame, double timeS)
      throws AudioException, IOException {
    mixdown.prepare(frame);
    int rate = frame.sample_rate();
    double frameS = (double) frame.nb_samples() / rate;
    fill(file, rate, timeline.gapBefore(timeS, frameS));
    timeline.add(frameS);
    request.limits().checkDuration(timeline.lengthS());
    mixdown.convert(frame);
  }

  /** Fills a gap with silence, unless it extends far beyond the end. */
  private void fill(MediaFile file, int rate, double gapS) throws AudioException, IOException {
    if (gapS == 0) {
      return;
    }
    double fromS = timeline.lengthS();
    double toS = fromS + gapS;
    request.limits().checkDuration(toS);
    OptionalDouble declaredS = latestS(file);
    if (toS > declaredS.orElse(toS) + Completeness.TOLERANCE_S) {
      throw new AudioException(
          ErrorCode.AUDIO_CORRUPT,
          ("Cannot read audio: its time stamps jump from %s s to %s s, but it"
                  + " declares %s s. Convert it again")
              .formatted(
                  Seconds.text(fromS),
                  Seconds.text(toS),
                  Seconds.text(declaredS.orElse(toS), toS)));
    }
    long samples = Math.round(gapS * rate);
    timeline.addSilence((double) samples / rate);
    mixdown.silence(samples);
  }

  private static double seconds(MediaFile file, long ticks) {
    AVRational tick = file.stream().time_base();
    return ticks == AV_NOPTS_VALUE ? Double.NaN : (double) ticks * tick.num() / tick.den();
  }

  private boolean isOgg() {
    return request.container() == AudioContainer.OGG;
  }

  /** Whether packets have time stamps; without them, they are consecutive. */
  private boolean isTimed() {
    return switch (request.container()) {
      case OGG, MP4, MATROSKA, ASF, MP3, AAC -> true;
      case WAV, W64, FLAC, WAVPACK, AIFF, AU, CAF, AMR -> false;
    };
  }

  /**
   * The stream's declared length, if it can be trusted. Wave headers were checked by {@link
   * WavFile}; Matroska declares the longest stream's length, and writers often add to it.
   */
  private OptionalDouble declaredS(MediaFile file) {
    return switch (request.container()) {
      case WAV, MATROSKA -> OptionalDouble.empty();
      case W64, FLAC, OGG, MP3, AAC, MP4, AIFF, AU, CAF, AMR, ASF, WAVPACK -> file.declaredS();
    };
  }

  /** The latest plausible time; a chained Ogg stream declares only that of its last part. */
  private OptionalDouble latestS(MediaFile file) {
    return switch (request.container()) {
      case MATROSKA -> file.declaredTogetherS();
      case MP4 ->
          // The samples alone, and the presentation with its pauses.
          DoubleStream.of(file.declaredS().orElse(0), file.declaredTogetherS().orElse(0))
              .filter(lengthS -> lengthS > 0)
              .max();
      case ASF -> file.declaredS();
      case WAV, W64, OGG, FLAC, WAVPACK, MP3, AAC, AIFF, AU, CAF, AMR -> OptionalDouble.empty();
    };
  }
}
