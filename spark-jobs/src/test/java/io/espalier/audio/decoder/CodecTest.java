package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.audio.AudioLimits;
import io.espalier.audio.Waveform;
import io.espalier.audio.container.AudioContainer;
import io.espalier.audio.container.AudioFile;
import io.espalier.audio.worker.MediaFile;
import io.espalier.audio.worker.NativeInput;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every codec in every container that is accepted, against the signal that was encoded. */
class CodecTest {
  private static final double SECONDS = 1.5;

  /**
   * Lines of: container, FFmpeg's muxer, encoders. An encoder may say rate and channels after a
   * colon; 16 kHz mono is the default.
   */
  private static final String ENCODED =
      """
      WAV wav adpcm_ima_wav adpcm_ms mp2 libmp3lame pcm_alaw pcm_f32le pcm_f64le pcm_mulaw
      WAV wav pcm_s16le pcm_s24le pcm_s32le pcm_u8
      W64 w64 adpcm_ima_wav adpcm_ms mp2 libmp3lame pcm_alaw pcm_f32le pcm_f64le pcm_mulaw
      W64 w64 pcm_s16le pcm_s24le pcm_s32le pcm_u8
      FLAC flac flac
      OGG ogg flac libspeex:8000 libspeex:16000 libspeex:32000 libspeex:16000:2 libopus:48000
      OGG ogg vorbis:44100:2
      MP3 mp3 libmp3lame
      MP3 mp2 mp2
      AAC adts aac
      MP4 ipod aac alac
      MP4 3gp libopencore_amrnb:8000 libvo_amrwbenc
      MP4 mp4 ac3:48000 eac3:48000 flac libmp3lame libopus:48000
      MP4 mov adpcm_ima_qt adpcm_ima_wav adpcm_ms mp2 pcm_alaw pcm_f32be pcm_f32le pcm_f64be
      MP4 mov pcm_f64le pcm_mulaw pcm_s16be pcm_s16le pcm_s24be pcm_s24le pcm_s32be pcm_s32le
      MP4 mov pcm_s8 pcm_u8
      MATROSKA matroska aac ac3:48000 adpcm_ima_wav adpcm_ms alac eac3:48000 flac
      MATROSKA matroska libopencore_amrnb:8000 libvo_amrwbenc mp2 libmp3lame libopus:48000
      MATROSKA matroska pcm_alaw pcm_f32le pcm_f64le pcm_mulaw pcm_s16be pcm_s16le pcm_s24be
      MATROSKA matroska pcm_s24le pcm_s32be pcm_s32le pcm_u8 vorbis:44100:2 wavpack
      AIFF aiff adpcm_ima_qt pcm_alaw pcm_f32be pcm_f64be pcm_mulaw pcm_s16be pcm_s16le
      AIFF aiff pcm_s24be pcm_s32be pcm_s8 pcm_u8
      AU au pcm_alaw pcm_f32be pcm_f64be pcm_mulaw pcm_s16be pcm_s24be pcm_s32be pcm_s8
      CAF caf adpcm_ima_qt alac libopencore_amrnb:8000 libmp3lame libopus:48000 pcm_alaw
      CAF caf pcm_f32be pcm_f32le pcm_f64be pcm_f64le pcm_mulaw pcm_s16be pcm_s16le pcm_s24be
      CAF caf pcm_s24le pcm_s32be pcm_s32le pcm_s8
      AMR amr libopencore_amrnb:8000 libvo_amrwbenc
      WAVPACK wv wavpack wavpack:44100:2
      """;

  /** The decoder that an encoder's output needs, where the names differ. */
  private static final Map<String, String> DECODERS =
      Map.of(
          "libmp3lame", "mp3float",
          "libopus", "opus",
          "libvo_amrwbenc", "libopencore_amrwb");

  /**
   * How near a codec comes.
   *
   * @param correlation with the signal, at the best lag
   * @param earlyMs how much of the start may be missing
   * @param lateMs how late the sound may come: encoders put silence before it, and not every
   *     container has a field that says so
   * @param shortMs how much of the end may be missing
   * @param longMs how much longer it may be, for that silence and the padding of the last frame
   */
  private record Fidelity(
      double correlation, double earlyMs, double lateMs, double shortMs, double longMs) {}

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Sound(AudioContainer container, String decoder, String name, byte[] bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String HYBRID = "hybrid.wv";
  private static final double[] VOICE = voice();

  private static AudioDecoder decoder;

  @BeforeAll
  static void open() {
    decoder = new AudioDecoder(AudioLimits.defaults(), 1);
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  static List<Sound> sounds() throws Exception {
    List<Sound> sounds = new ArrayList<>();
    for (String line : ENCODED.lines().toList()) {
      String[] words = line.split(" ", -1);
      for (int i = 2; i < words.length; i++) {
        sounds.add(encode(AudioContainer.valueOf(words[0]), words[1], words[i]));
      }
    }
    sounds.add(new Sound(AudioContainer.CAF, "aac", "AAC in CAF", CafWithAac.voice(SECONDS)));
    sounds.add(fixture(AudioContainer.WAV, "gsm_ms", "gsm.wav"));
    sounds.add(fixture(AudioContainer.W64, "gsm_ms", "gsm.w64"));
    sounds.add(fixture(AudioContainer.ASF, "wmav1", "wmav1.wma"));
    sounds.add(fixture(AudioContainer.ASF, "wmav2", "wmav2.wma"));
    sounds.add(fixture(AudioContainer.WAVPACK, "wavpack", HYBRID));
    return sounds;
  }

  private static Sound encode(AudioContainer container, String muxer, String codec) {
    String[] parts = codec.split(":", -1);
    int rate = parts.length > 1 ? Integer.parseInt(parts[1]) : Waveform.SAMPLE_RATE;
    int channels = parts.length > 2 ? Integer.parseInt(parts[2]) : 1;
    byte[] bytes = TestAudio.encodeVoice(muxer, parts[0], rate, channels, SECONDS);
    String name = "%s in %s".formatted(codec, muxer);
    return new Sound(container, DECODERS.getOrDefault(parts[0], parts[0]), name, bytes);
  }

  private static Sound fixture(AudioContainer container, String decoder, String file)
      throws Exception {
    try (InputStream in = CodecTest.class.getResourceAsStream(file)) {
      return new Sound(container, decoder, file, in.readAllBytes());
    }
  }

  @ParameterizedTest
  @MethodSource("sounds")
  void givesTheLengthAndTheSamplesThatWereEncoded(Sound sound) throws Exception {
    Fidelity fidelity = fidelity(sound);

    float[] samples = decoder.decode(sound.bytes()).samples();

    int lag = bestLag(samples);
    double extraMs = 1000.0 * samples.length / Waveform.SAMPLE_RATE - 1000 * SECONDS;
    assertThat(correlation(samples, lag)).as("correlation").isGreaterThan(fidelity.correlation());
    assertThat(level(samples, lag)).as("level").isCloseTo(1, within(0.07));
    assertThat(lag / 16.0).as("delay in ms").isBetween(-fidelity.earlyMs(), fidelity.lateMs());
    assertThat(extraMs)
        .as("ms too long")
        .isBetween(-fidelity.shortMs() - 0.1, fidelity.longMs() + 0.1);
    assertThat(AudioFile.of(sound.bytes()).container()).isEqualTo(sound.container());
    assertThat(decoderName(sound)).isEqualTo(sound.decoder());
  }

  @Test
  void coversEveryDecoderOfEveryContainer() throws Exception {
    Map<AudioContainer, Set<String>> covered = new TreeMap<>();
    for (Sound sound : sounds()) {
      covered.computeIfAbsent(sound.container(), c -> new TreeSet<>()).add(sound.decoder());
    }

    for (AudioContainer container : AudioContainer.values()) {
      assertThat(covered.get(container)).as("%s", container).isEqualTo(container.decoders());
    }
  }

  private static Fidelity fidelity(Sound sound) {
    if (sound.name().equals(HYBRID)) {
      return new Fidelity(0.999, 0, 0, 0, 0);
    }
    return switch (sound.decoder()) {
      case "pcm_s8", "pcm_u8", "pcm_alaw", "pcm_mulaw" -> new Fidelity(0.999, 0, 0, 0, 0);
      case "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms" -> new Fidelity(0.99, 0, 0, 0, 32);
      case "gsm_ms" -> new Fidelity(0.95, 0, 0, 0, 20);
      case "libopencore_amrnb", "libopencore_amrwb" -> new Fidelity(0.9, 2, 6, 5, 20);
      case "libspeex" -> new Fidelity(0.9, 0, 16, 0, 0);
      case "opus" -> new Fidelity(0.99, 0, 6.5, 0, 20);
      case "vorbis" -> new Fidelity(0.99, 0, 0, 0, 1);
      case "aac", "ac3", "eac3", "mp2", "mp3float" -> new Fidelity(0.99, 0, 70, 20, 100);
      // The decoder leaves out two frames, and FFmpeg's encoder delays the sound by one.
      case "wmav1", "wmav2" -> new Fidelity(0.99, 47, 0, 47, 0);
      default -> new Fidelity(0.999_999_9, 0, 0, 0, 0);
    };
  }

  private static String decoderName(Sound sound) throws Exception {
    try (NativeInput input = new NativeInput()) {
      input.load(new ByteArrayInputStream(sound.bytes()), sound.bytes().length);
      try (MediaFile file = new MediaFile(input, sound.container(), AudioLimits.defaults())) {
        return file.codec().codec().name().getString();
      }
    }
  }

  /** By how many samples of 16 kHz the sound comes late. */
  private static int bestLag(float[] samples) {
    int best = 0;
    double highest = -1;
    for (int lag = -800; lag <= 2400; lag++) {
      double dot = 0;
      for (int i = 8_000; i < 12_000; i++) {
        dot += samples[i + lag] * VOICE[i];
      }
      if (dot > highest) {
        highest = dot;
        best = lag;
      }
    }
    return best;
  }

  private static double[] voice() {
    double[] voice = new double[(int) (SECONDS * Waveform.SAMPLE_RATE)];
    for (int i = 0; i < voice.length; i++) {
      voice[i] = TestAudio.voice(i, Waveform.SAMPLE_RATE);
    }
    return voice;
  }

  private static double correlation(float[] samples, int lag) {
    double[] sums = sums(samples, lag);
    return sums[0] / Math.sqrt(sums[1] * sums[2]);
  }

  private static double level(float[] samples, int lag) {
    double[] sums = sums(samples, lag);
    return Math.sqrt(sums[1] / sums[2]);
  }

  private static double[] sums(float[] samples, int lag) {
    double[] sums = new double[3];
    for (int i = 1_600; i < 21_600; i++) {
      double wanted = VOICE[i];
      sums[0] += samples[i + lag] * wanted;
      sums[1] += samples[i + lag] * samples[i + lag];
      sums[2] += wanted * wanted;
    }
    return sums;
  }
}
