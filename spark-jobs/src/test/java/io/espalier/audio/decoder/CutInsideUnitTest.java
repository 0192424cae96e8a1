package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.outcome.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that declare no length, as live writers leave them, cut inside a unit. */
class CutInsideUnitTest {
  private static final double SECONDS = 2;

  private static AudioDecoder decoder;

  @BeforeAll
  static void open() {
    decoder = new AudioDecoder(AudioLimits.defaults(), 1);
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  /** Kinds of streams; every one is of units of more than 60 bytes. */
  enum Stream {
    LIVE_WEBM("OPUS", ".ogg", "webm", "live", "1"),
    LIVE_MATROSKA("AAC", ".m4a", "matroska", "live", "1"),
    UNFINISHED_MATROSKA("MP3", ".mp3", "matroska", "unseekable", "1"),
    OGG_PAGES("OPUS", ".ogg", "ogg", "page_duration", "20000"),
    ADTS("AAC", ".m4a", "adts", "unseekable", "1"),
    BARE_MP3("MP3", ".mp3", "mp3", "write_xing", "0"),
    FLAC("FLAC", ".flac", "flac", "unseekable", "1"),
    FRAGMENTS("AAC", ".m4a", "mp4", "movflags", "frag_keyframe+empty_moov+default_base_moof");

    private final String codec;
    private final String suffix;
    private final String muxer;
    private final String option;
    private final String value;

    Stream(String codec, String suffix, String muxer, String option, String value) {
      this.codec = codec;
      this.suffix = suffix;
      this.muxer = muxer;
      this.option = option;
      this.value = value;
    }

    byte[] file() throws ReflectiveOperationException {
      int id = avcodec.class.getField("AV_CODEC_ID_" + codec).getInt(null);
      byte[] source = Remux.encode(suffix, id, 48_000, noise());
      byte[] file = Remux.of(source, muxer, Map.of(option, value), Remux.Edit.none());
      return this == FLAC ? withoutLength(file) : file;
    }
  }

  /** Noise, whose frames are large in every codec. */
  private static short[] noise() {
    Random random = new Random(3);
    short[] samples = new short[(int) (48_000 * SECONDS)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (8_000 * random.nextGaussian());
    }
    return samples;
  }

  /** Clears the 36 bits that declare the samples, and their checksum. */
  private static byte[] withoutLength(byte[] flac) {
    byte[] open = flac.clone();
    open[21] &= (byte) 0xf0;
    Arrays.fill(open, 22, 42, (byte) 0);
    return open;
  }

  @ParameterizedTest
  @EnumSource
  void wholeStreamsArePlayed(Stream stream) throws Exception {
    byte[] file = stream.file();

    assertThat(decoder.decode(file).durationS()).isBetween(SECONDS - 0.01, SECONDS + 0.1);
  }

  @ParameterizedTest
  @EnumSource
  void cutsInsideTheLastUnitAreFound(Stream stream) throws Exception {
    byte[] file = stream.file();

    for (int missing : new int[] {1, 2, 3, 5, 9, 17, 33, 50, 60}) {
      assertTruncated(Arrays.copyOf(file, file.length - missing), "%d missing", missing);
    }
  }

  @ParameterizedTest
  @EnumSource
  void cutsInsideAnyUnitAreFound(Stream stream) throws Exception {
    byte[] file = stream.file();
    Random random = new Random(5);

    int found = 0;
    for (int i = 0; i < 40; i++) {
      int kept = file.length / 3 + random.nextInt(2 * file.length / 3);
      ErrorCode code = code(Arrays.copyOf(file, kept));
      assertThat(code).as("%d kept", kept).isIn(ErrorCode.AUDIO_TRUNCATED, null);
      found += code == null ? 0 : 1;
    }
    // A cut may hit a border of units, which are more than 60 bytes apart.
    assertThat(found).isGreaterThanOrEqualTo(38);
  }

  @ParameterizedTest
  @EnumSource(names = {"ADTS", "BARE_MP3", "FLAC"})
  void cutsInsideTheHeaderOfAFrameAreFound(Stream stream) throws Exception {
    byte[] file = stream.file();
    int frame = firstFrame(file);

    for (int header = 1; header < 12; header++) {
      byte[] cut = Arrays.copyOf(file, file.length + header);
      System.arraycopy(file, frame, cut, file.length, header);
      assertTruncated(cut, "%d bytes of a header", header);
    }
  }

  /** The first sync code after the tags and metadata that these muxers write. */
  private static int firstFrame(byte[] file) {
    int at = 0;
    while (file[at] != (byte) 0xff || (file[at + 1] & 0xf0) != 0xf0) {
      at++;
    }
    return at;
  }

  @Test
  void aFragmentWithoutItsSamplesIsFound() throws Exception {
    byte[] file = Stream.FRAGMENTS.file();
    int index = Remux.last(file, "moof") - 4;

    int end = index + ByteBuffer.wrap(file).getInt(index);

    assertTruncated(Arrays.copyOf(file, end), "cut at %d", end);
  }

  @Test
  void anOggPageThatEndsInsideAPacketIsFound() throws Exception {
    byte[] file = Stream.OGG_PAGES.file();
    int last = Remux.last(file, "OggS");
    ByteBuffer page = ByteBuffer.allocate(28 + 255).order(ByteOrder.LITTLE_ENDIAN);
    // A page of one segment of 255 bytes: a shorter one would have ended the packet.
    page.put(file, last, 5).put((byte) 0).putLong(-1).put(file, last + 14, 4);
    page.putInt(ByteBuffer.wrap(file, last + 18, 4).order(ByteOrder.LITTLE_ENDIAN).getInt() + 1);
    page.putInt(0).put((byte) 1).put((byte) 255);
    page.putInt(22, oggCrc(page.array()));

    byte[] cut = Arrays.copyOf(file, file.length + page.capacity());
    System.arraycopy(page.array(), 0, cut, file.length, page.capacity());

    assertThatThrownBy(() -> decoder.decode(cut))
        .isInstanceOfSatisfying(
            AudioException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUDIO_TRUNCATED))
        .hasMessageContaining("ends inside a packet");
  }

  /** The checksum of RFC 3533, bit by bit. */
  private static int oggCrc(byte[] page) {
    int crc = 0;
    for (byte value : page) {
      crc ^= value << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
      }
    }
    return crc;
  }

  @Test
  void anMp3ThatATagFollowsIsWhole() throws Exception {
    byte[] file = Stream.BARE_MP3.file();
    byte[] tagged = Arrays.copyOf(file, file.length + 128);
    System.arraycopy(TestAudio.ascii("TAG"), 0, tagged, file.length, 3);

    assertThat(decoder.decode(tagged).samples()).containsExactly(decoder.decode(file).samples());
  }

  @Test
  void aFlacFileThatATagFollowsIsWhole() throws Exception {
    byte[] file = Remux.encode(".flac", avcodec.AV_CODEC_ID_FLAC, 48_000, noise());
    byte[] tagged = Arrays.copyOf(file, file.length + 128);
    System.arraycopy(TestAudio.ascii("TAG"), 0, tagged, file.length, 3);

    assertThat(decoder.decode(tagged).samples()).containsExactly(decoder.decode(file).samples());
  }

  @Test
  void samplesOfOpenLengthAreCutOnlyBetweenThem() {
    ByteBuffer au = ByteBuffer.allocate(24 + 4 * 8_000);
    au.put(TestAudio.ascii(".snd")).putInt(24).putInt(-1).putInt(3).putInt(16_000).putInt(2);
    ByteBuffer caf = ByteBuffer.allocate(8 + 12 + 32 + 12 + 4 + 2 * 8_000);
    caf.put(TestAudio.ascii("caff")).putInt(0x10000).put(TestAudio.ascii("desc")).putLong(32);
    caf.putDouble(16_000).put(TestAudio.ascii("lpcm")).putInt(0).putInt(2).putInt(1).putInt(1);
    caf.putInt(16).put(TestAudio.ascii("data")).putLong(-1).putInt(0);

    assertThat(code(au.array())).isNull();
    assertThat(code(caf.array())).isNull();
    assertTruncated(Arrays.copyOf(au.array(), au.capacity() - 2), "half a moment of %s", "AU");
    assertTruncated(Arrays.copyOf(caf.array(), caf.capacity() - 1), "half a sample of %s", "CAF");
  }

  private static void assertTruncated(byte[] bytes, String what, Object value) {
    assertThat(code(bytes)).as(what, value).isEqualTo(ErrorCode.AUDIO_TRUNCATED);
  }

  private static ErrorCode code(byte[] bytes) {
    AudioException failure =
        catchThrowableOfType(AudioException.class, () -> decoder.decode(bytes));
    return failure == null ? null : failure.code();
  }
}
