package io.espalier.spark.export.format;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_decode_subtitle2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avsubtitle_free;
import static org.bytedeco.ffmpeg.global.avformat.av_find_input_format;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVSubtitle;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;

/** Reads subtitles with FFmpeg's demuxers and decoders. */
public final class ParsedSubtitles {
  private static final AVRational MS = new AVRational().num(1).den(1000);

  /** A cue as FFmpeg read it, with {@code \N} between lines. */
  public record Parsed(long startMs, long endMs, String text) {}

  private ParsedSubtitles() {}

  /**
   * The cues of a file.
   *
   * @param demuxer {@code srt} or {@code webvtt}
   */
  public static List<Parsed> of(Path file, String demuxer) throws IOException {
    AVFormatContext input = new AVFormatContext(null);
    require(
        avformat_open_input(
            input, file.toString(), av_find_input_format(demuxer), (AVDictionary) null));
    AVStream stream = input.streams(0);
    AVCodecContext decoder =
        avcodec_alloc_context3(avcodec_find_decoder(stream.codecpar().codec_id()));
    require(avcodec_parameters_to_context(decoder, stream.codecpar()));
    decoder.pkt_timebase(stream.time_base());
    require(avcodec_open2(decoder, decoder.codec(), (AVDictionary) null));
    AVPacket packet = av_packet_alloc();
    List<Parsed> cues = new ArrayList<>();
    while (av_read_frame(input, packet) >= 0) {
      long start = av_rescale_q(packet.pts(), stream.time_base(), MS);
      long length = av_rescale_q(packet.duration(), stream.time_base(), MS);
      cues.add(new Parsed(start, start + length, text(decoder, packet)));
      av_packet_unref(packet);
    }
    av_packet_free(packet);
    avcodec_free_context(decoder);
    avformat_close_input(input);
    return cues;
  }

  private static String text(AVCodecContext decoder, AVPacket packet) throws IOException {
    AVSubtitle subtitle = new AVSubtitle();
    int[] got = new int[1];
    require(avcodec_decode_subtitle2(decoder, subtitle, got, packet));
    if (got[0] == 0 || subtitle.num_rects() != 1) {
      throw new IOException("FFmpeg decodes no text");
    }
    byte[] line = subtitle.rects(0).ass().getStringBytes();
    avsubtitle_free(subtitle);
    // ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text.
    return new String(line, StandardCharsets.UTF_8).split(",", 9)[8];
  }

  private static void require(int code) throws IOException {
    if (code < 0) {
      throw new IOException("FFmpeg refuses the file: " + code);
    }
  }
}
