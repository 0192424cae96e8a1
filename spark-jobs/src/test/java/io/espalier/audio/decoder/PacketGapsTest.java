package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.AudioWarning;
import io.espalier.audio.Waveform;
import io.espalier.outcome.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketGapsTest {
  private static final double LENGTH_S = 10;
  private static final double BURST_S = 0.3;

  /** Filters ring and blocks smear before a burst by less than this. */
  private static final double SMEAR_S = 0.03;

  /** A container that is not told of the encoder's delay plays it: for AAC 1,024 samples. */
  private static final double PRIMING_S = 0.065;

  private static AudioDecoder decoder;

  @BeforeAll
  static void open() {
    decoder = new AudioDecoder(AudioLimits.defaults(), 1);
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  private record Gap(double fromS, double toS) {}

  @ParameterizedTest
  @CsvSource({
    "OPUS,   48000, .ogg,  ogg,      '',                               0.02",
    "OPUS,   48000, .ogg,  ogg,      page_duration=20000,              0.02",
    "OPUS,   48000, .ogg,  webm,     '',                               0.02",
    "OPUS,   48000, .ogg,  webm,     live=1,                           0.02",
    "OPUS,   48000, .ogg,  mp4,      '',                               0.02",
    "VORBIS, 44100, .ogg,  ogg,      '',                               0.024",
    "VORBIS, 32000, .ogg,  ogg,      page_duration=200000,             0.033",
    "VORBIS, 16000, .ogg,  matroska, '',                               0.064",
    "AAC,    16000, .m4a,  mp4,      '',                               0.064",
    "AAC,    44100, .m4a,  mp4,      movflags=frag_keyframe+empty_moov, 0.024",
    "AAC,    32000, .m4a,  mov,      '',                               0.032",
    "AAC,    22050, .m4a,  matroska, '',                               0.047",
    "MP3,    44100, .mp3,  matroska, '',                               0.027",
    "ALAC,   8000,  .m4a,  mov,      '',                               0.52",
    "WMAV2,  44100, .wma,  asf,      '',                               0.05",
    "WMAV2,  16000, .wma,  asf,      '',                               0.07",
    "FLAC,   16000, .flac, ogg,      '',                               0.3",
  })
  void theTimelineIsTheOneOfTheTimeStampsWhateverPacketsAreMissing(
      String codec, int rate, String suffix, String muxer, String options, double frameS)
      throws Exception {
    Random random = new Random(codec.hashCode() + 31L * muxer.hashCode() + options.hashCode());
    for (int i = 0; i < 2; i++) {
      double burstS = 6 + 2 * random.nextDouble();
      byte[] file = Remux.encode(suffix, id(codec), rate, burst(rate, burstS));
      byte[] whole = Remux.of(file, muxer, options(options), Remux.Edit.none());
      List<Gap> gaps = gaps(random, frameS);
      byte[] holed = Remux.of(file, muxer, options(options), dropping(gaps));

      Waveform expected = decoder.decode(whole);
      Waveform decoded = decoder.decode(holed);

      String what = "%s in %s, burst at %s, without %s".formatted(codec, muxer, burstS, gaps);
      assertThat(holed.length).as(what).isLessThan(whole.length);
      assertThat(expected.warnings()).as(what).isEmpty();
      assertThat(decoded.warnings()).as(what).containsExactly(AudioWarning.AUDIO_GAPS);
      assertThat(decoded.durationS()).as(what).isCloseTo(expected.durationS(), within(frameS));
      assertThat(onsetS(expected)).as(what).isCloseTo(burstS, within(SMEAR_S + PRIMING_S));
      assertThat(onsetS(decoded)).as(what).isCloseTo(onsetS(expected), within(frameS));
      assertSegmentsAreParts(holed, decoded, random);
    }
  }

  private static void assertSegmentsAreParts(byte[] file, Waveform whole, Random random)
      throws Exception {
    for (int i = 0; i < 3; i++) {
      int from = random.nextInt(8 * 16_000);
      int to = from + 1 + random.nextInt(whole.samples().length - from - 1);
      Waveform part =
          decoder.decode(file, OptionalDouble.of(from / 16e3), OptionalDouble.of(to / 16e3));
      assertThat(part.samples()).isEqualTo(Arrays.copyOfRange(whole.samples(), from, to));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OPUS,   48000, .ogg, ogg",
    "OPUS,   48000, .ogg, webm",
    "VORBIS, 44100, .ogg, ogg",
    "AAC,    44100, .m4a, matroska",
    "AAC,    16000, .m4a, mp4",
    "MP3,    44100, .mp3, matroska",
  })
  void aStartOtherThanZeroIsSubtracted(String codec, int rate, String suffix, String muxer)
      throws Exception {
    byte[] file = Remux.encode(suffix, id(codec), rate, burst(rate, 7));
    byte[] late =
        Remux.of(
            file,
            muxer,
            muxer.equals("matroska") || muxer.equals("webm") ? Map.of("live", "1") : Map.of(),
            (packet, tickS) -> move(packet, Math.round(95.4 / tickS)));

    Waveform decoded = decoder.decode(late);

    assertThat(onsetS(decoded)).isCloseTo(7, within(SMEAR_S + PRIMING_S));
    assertThat(decoded.durationS()).isCloseTo(LENGTH_S, within(0.15));
    assertThat(decoded.warnings()).isEmpty();
  }

  @Test
  void aLengthThatCountsFromAnotherZeroIsNotTakenForACut() throws Exception {
    byte[] file = Remux.encode(".ogg", avcodec.AV_CODEC_ID_OPUS, 48_000, burst(48_000, 7));
    byte[] late =
        Remux.of(file, "webm", Map.of(), (packet, tickS) -> move(packet, Math.round(95 / tickS)));

    assertThat(decoder.decode(late).durationS()).isCloseTo(LENGTH_S, within(0.05));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.005, 0.01})
  void timesThatTrembleMoveNoSample(double byS) throws Exception {
    Random random = new Random(4);
    byte[] file = Remux.encode(".ogg", avcodec.AV_CODEC_ID_OPUS, 48_000, burst(48_000, 7));
    byte[] exact = Remux.of(file, "matroska", Map.of(), Remux.Edit.none());
    byte[] trembling =
        Remux.of(
            file,
            "matroska",
            Map.of(),
            (packet, tickS) ->
                packet.pts() <= 0 || move(packet, Math.round(byS * random.nextDouble() / tickS)));

    assertThat(decoder.decode(trembling).samples()).isEqualTo(decoder.decode(exact).samples());
  }

  @Test
  void aGapInTheSecondPartOfAChainIsFoundAtItsOwnRate() throws Exception {
    byte[] first = Remux.encode(".ogg", avcodec.AV_CODEC_ID_VORBIS, 22_050, burst(22_050, 7));
    byte[] file = Remux.encode(".ogg", avcodec.AV_CODEC_ID_VORBIS, 44_100, burst(44_100, 8));
    byte[] second = Remux.of(file, "ogg", Map.of(), dropping(List.of(new Gap(3, 5))));
    byte[] chain = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, chain, first.length, second.length);
    double firstS = decoder.decode(first).durationS();

    Waveform decoded = decoder.decode(chain);
    float[] later =
        Arrays.copyOfRange(decoded.samples(), (int) (firstS * 16_000), decoded.samples().length);

    assertThat(onsetS(decoded)).isCloseTo(7, within(SMEAR_S));
    assertThat(onsetS(new Waveform(later, 16_000, 1))).isCloseTo(8, within(SMEAR_S));
    assertThat(decoded.durationS()).isCloseTo(firstS + LENGTH_S, within(0.1));
  }

  @Test
  void aPauseAtTheEndIsSilenceIfTheLastPacketLastsSoLong() throws Exception {
    byte[] file = Remux.encode(".m4a", avcodec.AV_CODEC_ID_AAC, 16_000, burst(16_000, 2));
    byte[] muted =
        Remux.of(
            file,
            "mp4",
            Map.of(),
            (packet, tickS) -> {
              boolean last = (packet.pts() + packet.duration()) * tickS >= 7;
              packet.duration(last ? Math.round(3 / tickS) : packet.duration());
              return packet.pts() * tickS < 7;
            });

    Waveform decoded = decoder.decode(muted);

    assertThat(decoded.durationS()).isCloseTo(10, within(0.13));
    assertThat(decoded.warnings()).containsExactly(AudioWarning.AUDIO_GAPS);
  }

  @Test
  void onlyAGapInTheSegmentIsToldOfIt() throws Exception {
    byte[] file = Remux.encode(".ogg", avcodec.AV_CODEC_ID_OPUS, 48_000, burst(48_000, 7));
    byte[] holed = Remux.of(file, "webm", Map.of(), dropping(List.of(new Gap(3, 5))));

    for (double[] segment : new double[][] {{0, 2.9}, {5.1, 9}}) {
      assertThat(warnings(holed, segment[0], segment[1])).isEmpty();
    }
    for (double[] segment : new double[][] {{0, 9}, {2, 3.5}, {3.5, 4}, {4.5, 7}}) {
      assertThat(warnings(holed, segment[0], segment[1])).containsExactly(AudioWarning.AUDIO_GAPS);
    }
  }

  private static List<AudioWarning> warnings(byte[] file, double startS, double endS)
      throws Exception {
    return decoder.decode(file, OptionalDouble.of(startS), OptionalDouble.of(endS)).warnings();
  }

  @Test
  void samplesOfStereoAndItsSilenceAreMixedAlike() throws Exception {
    byte[] file = TestAudio.encode(".m4a", avcodec.AV_CODEC_ID_AAC, 48_000, 2, 6);
    byte[] holed = Remux.of(file, "mp4", Map.of(), dropping(List.of(new Gap(2, 4))));

    float[] samples = decoder.decode(holed).samples();

    assertThat(samples.length / 16_000.0).isCloseTo(6, within(0.05));
    assertThat(Arrays.copyOfRange(samples, 36_000, 62_000)).containsOnly(0);
  }

  @Test
  void aJumpThatNoRecordingCanHaveIsRefused() {
    byte[] file = Remux.encode(".ogg", avcodec.AV_CODEC_ID_OPUS, 48_000, burst(48_000, 7));
    for (String muxer : List.of("matroska", "ogg")) {
      byte[] far = Remux.of(file, muxer, Map.of(), jumping(1e5));

      assertThatThrownBy(() -> decoder.decode(far))
          .isInstanceOfSatisfying(
              AudioException.class,
              e -> assertThat(e.code()).as(muxer).isEqualTo(ErrorCode.AUDIO_TOO_LONG));
    }
  }

  @Test
  void aJumpBeyondTheDeclaredLengthIsDamage() {
    byte[] file = Remux.encode(".ogg", avcodec.AV_CODEC_ID_OPUS, 48_000, burst(48_000, 7));
    byte[] far = Remux.of(file, "matroska", Map.of(), jumping(3_000));
    declareLength(far, 20_000);

    assertThatThrownBy(() -> decoder.decode(far))
        .isInstanceOfSatisfying(
            AudioException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUDIO_CORRUPT))
        .hasMessageContaining("jump from 5.")
        .hasMessageContaining("but it declares 20.00 s");
  }

  /** Overwrites Matroska's Duration (id 44 89, eight bytes of float), which counts milliseconds. */
  private static void declareLength(byte[] file, double ms) {
    for (int at = 0; at < 1_000; at++) {
      if (file[at] == 0x44 && file[at + 1] == (byte) 0x89 && file[at + 2] == (byte) 0x88) {
        ByteBuffer.wrap(file).putDouble(at + 3, ms);
        return;
      }
    }
    throw new IllegalArgumentException("No Duration");
  }

  private static Remux.Edit jumping(double byS) {
    return (packet, tickS) -> packet.pts() * tickS < 5 || move(packet, Math.round(byS / tickS));
  }

  private static boolean move(AVPacket packet, long ticks) {
    packet.pts(packet.pts() + ticks);
    packet.dts(packet.dts() + ticks);
    return true;
  }

  private static Remux.Edit dropping(List<Gap> gaps) {
    return (packet, tickS) -> {
      double atS = packet.pts() * tickS;
      return gaps.stream().noneMatch(gap -> atS >= gap.fromS() && atS < gap.toS());
    };
  }

  /**
   * One to three gaps before the burst, of two frames at least. None is within the first second,
   * which may be the first page of an Ogg file: there a gap looks like a late start.
   */
  private static List<Gap> gaps(Random random, double frameS) {
    List<Gap> gaps = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      double from = 1.2 + 1.5 * i + 0.3 * random.nextDouble();
      gaps.add(new Gap(from, from + Math.min(1, 2 * frameS + random.nextDouble())));
    }
    return gaps;
  }

  /** Faint noise with a burst of 1 kHz. */
  private static short[] burst(int rate, double atS) {
    Random random = new Random(1);
    short[] samples = new short[(int) (LENGTH_S * rate)];
    for (int i = 0; i < samples.length; i++) {
      double t = (double) i / rate;
      boolean on = t >= atS && t < atS + BURST_S;
      double tone = on ? 0.5 * Math.sin(2 * Math.PI * 1_000 * t) : 0;
      samples[i] = (short) (32_767 * (tone + 0.001 * random.nextGaussian()));
    }
    return samples;
  }

  private static double onsetS(Waveform waveform) {
    float[] samples = waveform.samples();
    for (int i = 0; i < samples.length; i++) {
      if (Math.abs(samples[i]) > 0.15) {
        return i / 16_000.0;
      }
    }
    throw new AssertionError("The burst is missing");
  }

  private static Map<String, String> options(String text) {
    String[] parts = text.split("=", 2);
    return parts.length == 2 ? Map.of(parts[0], parts[1]) : Map.of();
  }

  private static int id(String name) throws ReflectiveOperationException {
    return avcodec.class.getField("AV_CODEC_ID_" + name).getInt(null);
  }
}
