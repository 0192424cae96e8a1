package io.espalier.audio.decoder;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_ALAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VORBIS;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacv.FFmpegFrameRecorder;

/** Sound files whose packets a test has changed, dropped or moved in time. */
public final class Remux {
  /** What becomes of one packet; its times are in {@code tickS}. */
  interface Edit {
    /** Returns whether the packet stays. */
    boolean keeps(AVPacket packet, double tickS);

    /** Changes nothing. */
    static Edit none() {
      return (packet, tickS) -> true;
    }
  }

  private static final int[] ONE = {1};

  private Remux() {}

  /**
   * Samples, encoded: mono, or both channels of Vorbis, whose encoder knows nothing else.
   *
   * @param suffix of a file name; it chooses the container
   */
  static byte[] encode(String suffix, int codec, int rate, short[] samples) {
    return encode(
        suffix, codec, rate, codec == AV_CODEC_ID_VORBIS ? new int[] {1, 1} : ONE, samples);
  }

  /** A second of a sine on the left, and the same with the other sign on the right. */
  public static byte[] encodeAntiphase(String suffix, int codec, int rate) {
    short[] samples = new short[rate];
    for (int i = 0; i < rate; i++) {
      samples[i] = (short) Math.round(32_767 * TestAudio.sine(i, rate));
    }
    return encode(suffix, codec, rate, new int[] {1, -1}, samples);
  }

  private static byte[] encode(String suffix, int codec, int rate, int[] signs, short[] samples) {
    try {
      Path file = Files.createTempFile("samples", suffix);
      try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), signs.length)) {
        recorder.setSampleRate(rate);
        recorder.setAudioCodec(codec);
        recorder.setAudioBitrate(64_000 * signs.length);
        if (codec == AV_CODEC_ID_ALAC) {
          recorder.setSampleFormat(AV_SAMPLE_FMT_S16P);
        }
        recorder.start();
        short[] all = new short[samples.length * signs.length];
        for (int i = 0; i < all.length; i++) {
          all[i] = (short) (signs[i % signs.length] * samples[i / signs.length]);
        }
        recorder.recordSamples(rate, signs.length, ShortBuffer.wrap(all));
        recorder.stop();
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same packets in another file.
   *
   * @param muxer FFmpeg's name of the new container
   * @param options of the muxer; {@code unseekable} leaves lengths open as a pipe does
   */
  static byte[] of(byte[] source, String muxer, Map<String, String> options, Edit edit) {
    try {
      Path from = Files.write(Files.createTempFile("from", ".media"), source);
      Path to = Files.createTempFile("to", ".media");
      try {
        copy(from, to, muxer, options, edit);
        return Files.readAllBytes(to);
      } finally {
        Files.delete(from);
        Files.delete(to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(
      Path from, Path to, String muxer, Map<String, String> options, Edit edit) {
    AVFormatContext in = new AVFormatContext(null);
    check(avformat_open_input(in, from.toString(), null, null));
    check(avformat_find_stream_info(in, (PointerPointer<?>) null));
    AVFormatContext out = new AVFormatContext(null);
    check(avformat_alloc_output_context2(out, null, muxer, to.toString()));
    AVStream stream = avformat_new_stream(out, null);
    check(avcodec_parameters_copy(stream.codecpar(), in.streams(0).codecpar()));
    stream.codecpar().codec_tag(0);
    stream.time_base(in.streams(0).time_base());
    AVIOContext io = new AVIOContext(null);
    check(avio_open(io, to.toString(), AVIO_FLAG_WRITE));
    AVDictionary set = new AVDictionary(null);
    options.forEach((name, value) -> av_dict_set(set, name, value, 0));
    if (options.containsKey("unseekable")) {
      io.seekable(0);
    }
    out.pb(io);
    check(avformat_write_header(out, set));
    copyPackets(in, out, edit);
    check(av_write_trailer(out));
    avio_closep(io);
    avformat_free_context(out);
    avformat_close_input(in);
  }

  private static void copyPackets(AVFormatContext in, AVFormatContext out, Edit edit) {
    AVPacket packet = av_packet_alloc();
    AVStream source = in.streams(0);
    double tickS = (double) source.time_base().num() / source.time_base().den();
    while (av_read_frame(in, packet) >= 0) {
      if (edit.keeps(packet, tickS)) {
        av_packet_rescale_ts(packet, source.time_base(), out.streams(0).time_base());
        packet.pos(-1);
        check(av_write_frame(out, packet));
      }
      av_packet_unref(packet);
    }
    av_packet_free(packet);
  }

  private static void check(int result) {
    if (result < 0) {
      throw new IllegalStateException("FFmpeg says " + result);
    }
  }

  /** Position of a text's last occurrence. */
  static int last(byte[] bytes, String latin1) {
    byte[] text = TestAudio.ascii(latin1);
    for (int at = bytes.length - text.length; at >= 0; at--) {
      if (Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
        return at;
      }
    }
    throw new IllegalArgumentException("No " + latin1);
  }
}
