package io.espalier.audio.worker;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AMR_NB;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AMR_WB;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_SPEEX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_CRCCHECK;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_DURATION_FROM_BITRATE;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_find_input_format;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.container.AudioContainer;
import io.espalier.outcome.ErrorCode;
import java.util.Locale;
import java.util.OptionalDouble;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A file that FFmpeg has opened: one demuxer, one audio stream, one decoder, all chosen from lists.
 */
public final class MediaFile implements AutoCloseable {
  /**
   * More streams than any recording has, but far fewer than a hostile file could make FFmpeg
   * create.
   */
  private static final String MAX_STREAMS = "32";

  private final AVIOContext io;
  private final AVFormatContext format;
  private final AVCodecContext codec;
  private final AVStream stream;

  public MediaFile(NativeInput input, AudioContainer container, AudioLimits limits)
      throws AudioException {
    io = input.open();
    AVFormatContext opened = null;
    AVCodecContext decoder = null;
    boolean done = false;
    try {
      opened = openContainer(io, container);
      stream = audioStream(opened);
      checkStream(limits, stream.codecpar());
      format = opened;
      decoder = openDecoder(container, stream);
      codec = decoder;
      done = true;
    } finally {
      if (!done) {
        free(io, opened, decoder);
      }
    }
  }

  AVFormatContext format() {
    return format;
  }

  public AVCodecContext codec() {
    return codec;
  }

  AVStream stream() {
    return stream;
  }

  int streams() {
    return format.nb_streams();
  }

  /** Length in seconds that the file declares; an estimate from its bit rate does not count. */
  OptionalDouble declaredS() {
    long duration = stream.duration();
    boolean guess = format.duration_estimation_method() == AVFMT_DURATION_FROM_BITRATE;
    if (guess || duration == AV_NOPTS_VALUE || duration <= 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        (double) duration * stream.time_base().num() / stream.time_base().den());
  }

  /** Length in seconds that the file states for all of its streams together. */
  OptionalDouble declaredTogetherS() {
    long duration = format.duration();
    boolean guess = format.duration_estimation_method() == AVFMT_DURATION_FROM_BITRATE;
    return guess || duration <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) duration / AV_TIME_BASE);
  }

  private static AVFormatContext openContainer(AVIOContext io, AudioContainer container)
      throws AudioException {
    AVFormatContext context = avformat_alloc_context();
    context.pb(io);
    AVInputFormat demuxer = av_find_input_format(container.demuxer());
    AVDictionary options = new AVDictionary(null);
    av_dict_set(options, "protocol_whitelist", "", 0);
    av_dict_set(options, "format_whitelist", container.demuxer(), 0);
    av_dict_set(options, "codec_whitelist", String.join(",", container.decoders()), 0);
    av_dict_set(options, "max_streams", MAX_STREAMS, 0);
    int result = avformat_open_input(context, "", demuxer, options);
    av_dict_free(options);
    // On failure FFmpeg has freed the context.
    FfmpegErrors.check(result, "open the file as " + container);
    return context;
  }

  private static AVStream audioStream(AVFormatContext format) throws AudioException {
    for (int i = 0; i < format.nb_streams(); i++) {
      if (format.streams(i).codecpar().codec_type() != AVMEDIA_TYPE_AUDIO) {
        format.streams(i).discard(AVDISCARD_ALL);
      }
    }
    FfmpegErrors.check(
        avformat_find_stream_info(format, (PointerPointer<?>) null), "find the audio stream");
    int best = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, (AVCodec) null, 0);
    if (best < 0) {
      throw new AudioException(
          ErrorCode.AUDIO_NO_STREAM,
          String.format(
              Locale.ROOT,
              "Cannot read audio: none of its %d streams is sound. Give the file with the sound",
              format.nb_streams()));
    }
    for (int i = 0; i < format.nb_streams(); i++) {
      if (i != best) {
        format.streams(i).discard(AVDISCARD_ALL);
      }
    }
    return format.streams(best);
  }

  private static void checkStream(AudioLimits limits, AVCodecParameters parameters)
      throws AudioException {
    int channels = parameters.ch_layout().nb_channels();
    if (parameters.sample_rate() <= 0 || channels <= 0) {
      throw new AudioException(
          ErrorCode.AUDIO_CORRUPT,
          "Cannot read audio: no frame of its audio stream is readable. Check that the file plays");
    }
    limits.checkStream(parameters.sample_rate(), channels);
  }

  private static AVCodecContext openDecoder(AudioContainer container, AVStream stream)
      throws AudioException {
    int id = stream.codecpar().codec_id();
    String name = avcodec_get_name(id).getString();
    AVCodec decoder = findDecoder(id);
    if (decoder == null || !container.decoders().contains(decoder.name().getString())) {
      throw new AudioException(
          ErrorCode.AUDIO_FORMAT_REFUSED,
          String.format(
              Locale.ROOT,
              "Cannot read audio: its codec '%s' is not accepted in %s. Convert it, for example to"
                  + " FLAC",
              name,
              container));
    }
    AVCodecContext context = avcodec_alloc_context3(decoder);
    int result = avcodec_parameters_to_context(context, stream.codecpar());
    context.pkt_timebase(stream.time_base());
    context.thread_count(1);
    if (container == AudioContainer.FLAC || container == AudioContainer.WAVPACK) {
      // Checks the checksum of every frame; otherwise a damaged frame becomes noise.
      context.err_recognition(AV_EF_CRCCHECK | AV_EF_EXPLODE);
    }
    if (result >= 0) {
      result = avcodec_open2(context, decoder, (PointerPointer<?>) null);
    }
    if (result < 0) {
      avcodec_free_context(context);
    }
    FfmpegErrors.check(result, "open the codec " + name);
    return context;
  }

  /**
   * FFmpeg's own decoders will not do for three codecs: its Speex gives wide bands twice the
   * length, its AMR knows no pauses.
   */
  private static AVCodec findDecoder(int codecId) {
    return switch (codecId) {
      case AV_CODEC_ID_SPEEX -> avcodec_find_decoder_by_name("libspeex");
      case AV_CODEC_ID_AMR_NB -> avcodec_find_decoder_by_name("libopencore_amrnb");
      case AV_CODEC_ID_AMR_WB -> avcodec_find_decoder_by_name("libopencore_amrwb");
      default -> avcodec_find_decoder(codecId);
    };
  }

  @Override
  public void close() {
    free(io, format, codec);
  }

  private static void free(AVIOContext io, AVFormatContext format, AVCodecContext codec) {
    if (codec != null) {
      avcodec_free_context(codec);
    }
    if (format != null) {
      avformat_close_input(format);
    }
    NativeInput.release(io);
  }
}
