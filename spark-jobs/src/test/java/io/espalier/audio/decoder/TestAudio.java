package io.espalier.audio.decoder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;

/** Sound files for tests: wave files written by hand, everything else encoded by FFmpeg. */
public final class TestAudio {
  static final double AMPLITUDE = 0.5;
  static final double HERTZ = 440;

  private TestAudio() {}

  /** A sine of {@link #HERTZ} with amplitude {@link #AMPLITUDE}. */
  public static double sine(long index, int rate) {
    return AMPLITUDE * Math.sin(2 * Math.PI * HERTZ * index / rate);
  }

  /**
   * Something like a voice: harmonics of a pitch that rises from 110 Hz, swelling three times a
   * second. No part of it repeats, so it fits itself at one place only. It keeps to the band of a
   * telephone, as codecs for speech take out the rest.
   */
  static double voice(long index, int rate) {
    double t = (double) index / rate;
    double phase = 2 * Math.PI * (110 * t + 30 * t * t);
    double sum = 0;
    for (int harmonic = 3; harmonic <= 12; harmonic++) {
      sum += Math.sin(harmonic * phase) / (harmonic - 2);
    }
    return 0.25 * (0.6 + 0.4 * Math.sin(2 * Math.PI * 3 * t)) * sum;
  }

  /** A 16-bit mono wave file of {@link #voice}. */
  public static byte[] voiceWav(int rate, double seconds) {
    short[] samples = new short[(int) Math.round(rate * seconds)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) Math.round(voice(i, rate) * 32767);
    }
    return wav(rate, 1, samples);
  }

  /**
   * {@link #voice}, encoded.
   *
   * @param muxer FFmpeg's name of the container
   * @param encoder FFmpeg's name of the codec
   * @param options of the muxer or the encoder, each {@code key=value}
   */
  public static byte[] encodeVoice(
      String muxer, String encoder, int rate, int channels, double seconds, String... options) {
    short[] samples = new short[(int) Math.round(rate * seconds) * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) Math.round(voice(i / channels, rate) * 32767);
    }
    return encodeSamples(muxer, encoder, rate, channels, samples, options);
  }

  /** Interleaved samples, encoded. */
  static byte[] encodeSamples(
      String muxer, String encoder, int rate, int channels, short[] samples, String... options) {
    try {
      Path file = Files.createTempFile("voice", "." + muxer);
      try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), channels)) {
        recorder.setFormat(muxer);
        recorder.setSampleRate(rate);
        recorder.setAudioCodecName(encoder);
        recorder.setAudioBitrate(bitRate(encoder));
        recorder.setSampleFormat(sampleFormat(encoder));
        recorder.setOption("strict", "experimental");
        for (String option : options) {
          String[] pair = option.split("=", 2);
          recorder.setOption(pair[0], pair[1]);
          recorder.setAudioOption(pair[0], pair[1]);
        }
        recorder.start();
        recorder.recordSamples(rate, channels, ShortBuffer.wrap(samples));
        recorder.stop();
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int bitRate(String encoder) {
    return switch (encoder) {
      case "libopencore_amrnb" -> 12_200;
      case "libvo_amrwbenc" -> 23_850;
      default -> 96_000;
    };
  }

  /** What the encoder takes. */
  private static int sampleFormat(String encoder) {
    return switch (encoder) {
      case "aac", "ac3", "eac3", "vorbis", "wmav1", "wmav2" -> avutil.AV_SAMPLE_FMT_FLTP;
      case "adpcm_ima_qt", "adpcm_ima_wav", "alac", "libmp3lame", "wavpack" ->
          avutil.AV_SAMPLE_FMT_S16P;
      case "pcm_f32be", "pcm_f32le" -> avutil.AV_SAMPLE_FMT_FLT;
      case "pcm_f64be", "pcm_f64le" -> avutil.AV_SAMPLE_FMT_DBL;
      case "pcm_s24be", "pcm_s24le", "pcm_s32be", "pcm_s32le" -> avutil.AV_SAMPLE_FMT_S32;
      case "pcm_s8", "pcm_u8" -> avutil.AV_SAMPLE_FMT_U8;
      default -> avutil.AV_SAMPLE_FMT_S16;
    };
  }

  /** A 16-bit wave file whose channels all hold the sine. */
  public static byte[] wav(int rate, int channels, double seconds) {
    short[] samples = new short[(int) Math.round(rate * seconds) * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) Math.round(sine(i / channels, rate) * 32767);
    }
    return wav(rate, channels, samples);
  }

  /** A 16-bit wave file of interleaved samples. */
  public static byte[] wav(int rate, int channels, short... samples) {
    ByteBuffer data = ByteBuffer.allocate(samples.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    data.asShortBuffer().put(samples);
    return wav(1, rate, channels, 16, data.array(), data.capacity());
  }

  /**
   * A wave file.
   *
   * @param codec 1 is PCM, 3 float
   * @param declared what the header says of the length of the data
   */
  public static byte[] wav(
      int codec, int rate, int channels, int bits, byte[] data, long declared) {
    ByteBuffer file = ByteBuffer.allocate(44 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    int block = channels * bits / 8;
    file.put(ascii("RIFF")).putInt((int) (36 + declared)).put(ascii("WAVEfmt ")).putInt(16);
    file.putShort((short) codec).putShort((short) channels).putInt(rate).putInt(rate * block);
    file.putShort((short) block).putShort((short) bits).put(ascii("data")).putInt((int) declared);
    return file.put(data).array();
  }

  /**
   * The sine, encoded.
   *
   * @param suffix of a file name; it chooses the container
   */
  public static byte[] encode(String suffix, int codec, int rate, int channels, double seconds) {
    try {
      Path file = Files.createTempFile("sine", suffix);
      try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), channels)) {
        recorder.setSampleRate(rate);
        recorder.setAudioCodec(codec);
        recorder.setAudioBitrate(64_000 * channels);
        if (codec == avcodec.AV_CODEC_ID_ALAC) {
          recorder.setSampleFormat(avutil.AV_SAMPLE_FMT_S16P);
        }
        recorder.start();
        record(recorder, rate, channels, seconds);
        recorder.stop();
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void record(FFmpegFrameRecorder recorder, int rate, int channels, double seconds)
      throws IOException {
    long total = Math.round(rate * seconds);
    for (long at = 0; at < total; at += rate) {
      int count = (int) Math.min(rate, total - at);
      short[] part = new short[count * channels];
      for (int i = 0; i < part.length; i++) {
        part[i] = (short) Math.round(sine(at + i / channels, rate) * 32767);
      }
      recorder.recordSamples(rate, channels, ShortBuffer.wrap(part));
    }
  }

  /** A video of a few grey pictures, without sound. */
  static byte[] silentVideo() {
    return video(".mp4", 0);
  }

  /**
   * A video of one second of grey pictures.
   *
   * @param channels of its sound, which is the sine for two seconds; 0 means none
   */
  static byte[] video(String suffix, int channels) {
    try {
      Path file = Files.createTempFile("video", suffix);
      try (FFmpegFrameRecorder recorder =
          new FFmpegFrameRecorder(file.toFile(), 64, 48, channels)) {
        recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG4);
        recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
        recorder.setFrameRate(10);
        recorder.setAudioCodec(avcodec.AV_CODEC_ID_AAC);
        recorder.setSampleRate(44_100);
        recorder.start();
        try (Frame frame = new Frame(64, 48, Frame.DEPTH_UBYTE, 3)) {
          for (int i = 0; i < 10; i++) {
            recorder.record(frame);
          }
        }
        if (channels > 0) {
          record(recorder, 44_100, channels, 2);
        }
        recorder.stop();
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Float samples as the data of a wave file. */
  static byte[] floats(float... samples) {
    ByteBuffer data = ByteBuffer.allocate(samples.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer view = data.asFloatBuffer();
    view.put(samples);
    return data.array();
  }

  public static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
