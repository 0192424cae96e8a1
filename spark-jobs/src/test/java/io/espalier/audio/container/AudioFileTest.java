package io.espalier.audio.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.audio.decoder.TestAudio;
import io.espalier.outcome.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a sound file begins, and which one it is. */
class AudioFileTest {
  private enum Sound {
    WAV,
    WAV_8_KHZ,
    FLAC,
    OPUS,
    MP3,
    ADTS,
    M4A,
    AIFF,
    AMR,
    WAVPACK;

    byte[] bytes() {
      return switch (this) {
        case WAV -> TestAudio.voiceWav(16_000, 1);
        case WAV_8_KHZ -> TestAudio.voiceWav(8_000, 1);
        case FLAC -> TestAudio.encodeVoice("flac", "flac", 16_000, 1, 1);
        case OPUS -> TestAudio.encodeVoice("ogg", "libopus", 48_000, 1, 1);
        case MP3 -> mp3();
        case ADTS -> TestAudio.encodeVoice("adts", "aac", 16_000, 1, 1);
        case M4A -> TestAudio.encodeVoice("ipod", "aac", 16_000, 1, 1);
        case AIFF -> TestAudio.encodeVoice("aiff", "pcm_s16be", 16_000, 1, 1);
        case AMR -> TestAudio.encodeVoice("amr", "libopencore_amrnb", 8_000, 1, 1);
        case WAVPACK -> TestAudio.encodeVoice("wv", "wavpack", 16_000, 1, 1);
      };
    }
  }

  private static AudioDecoder decoder;

  @BeforeAll
  static void open() {
    decoder = new AudioDecoder(AudioLimits.defaults(), 1);
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  @ParameterizedTest
  @EnumSource(Sound.class)
  void readsTheSameSamplesBehindAnyTags(Sound sound) throws Exception {
    byte[] file = sound.bytes();
    float[] samples = decoder.decode(file).samples();

    for (byte[] tags :
        List.of(
            tag(3, 0, 23),
            tag(4, 0x10, 300), // With a footer.
            join(tag(2, 0, 60), tag(3, 0, 0), tag(4, 0x10, 5_000)),
            join(tag(3, 0, 200_000), new byte[512]))) { // Padding that the tag does not count.
      assertThat(decoder.decode(join(tags, file)).samples()).containsExactly(samples);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MP3", "ADTS"})
  void readsTheSameSamplesBehindJunk(String name) throws Exception {
    byte[] file = Sound.valueOf(name).bytes();
    float[] samples = decoder.decode(file).samples();
    byte[] ones = new byte[9];
    Arrays.fill(ones, (byte) 0xff);

    for (byte[] junk :
        List.of(
            new byte[1024],
            TestAudio.ascii("    "),
            ones,
            random(60_000, 4),
            TestAudio.ascii("ICY 200 OK\r\nicy-name: radio\r\n\r\n"))) {
      assertThat(decoder.decode(join(junk, file)).samples()).containsExactly(samples);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MP3", "ADTS"})
  void readsAStreamThatWasTunedIntoInsideAFrame(String name) throws Exception {
    byte[] file = Sound.valueOf(name).bytes();
    float[] whole = decoder.decode(file).samples();

    float[] rest = decoder.decode(Arrays.copyOfRange(file, 700, file.length)).samples();

    assertThat(rest.length).isBetween(whole.length * 6 / 10, whole.length + 2_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x7f_ffff, 40})
  void findsTheFirstFrameWhenATagStatesAWrongLength(int stated) throws Exception {
    byte[] tagged = join(tag(3, 0, 100_000), mp3());
    System.arraycopy(tag(3, 0, stated, 0), 0, tagged, 0, 10);

    assertThat(AudioFile.of(tagged).start()).isEqualTo(100_010);
    assertThat(decoder.decode(tagged).samples()).isEqualTo(decoder.decode(mp3()).samples());
  }

  @Test
  void looksForTheFirstFrameNotBeyond64KiB() {
    byte[] file = join(new byte[70_000], mp3());

    assertRefused(file, ErrorCode.AUDIO_FORMAT_REFUSED, "not one of WAV");
  }

  @Test
  void takesNoOtherBytesForFrames() {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[100_000];
      random.nextBytes(noise);
      noise[0] = 0; // So that none begins like a known format of two bytes.
      assertRefused(noise, ErrorCode.AUDIO_FORMAT_REFUSED, "Cannot read audio");
    }
  }

  @Test
  void refusesOtherFilesThatHoldFrames() {
    String[][] files = {
      {"PK\3\4", "a ZIP archive. Unpack it"},
      {"RIFFsizeAVI ", "an AVI video"},
      {"FLV\1", "a Flash video"},
      {"\0\0\1\272", "an MPEG program stream"}
    };
    for (String[] file : files) {
      byte[] bytes = join(file[0].getBytes(StandardCharsets.ISO_8859_1), mp3());
      assertRefused(bytes, ErrorCode.AUDIO_FORMAT_REFUSED, file[1]);
    }
  }

  @Test
  void refusesAnArchiveAndAStreamThatHoldFramesFurtherIn() {
    byte[] tar = join(new byte[512], mp3());
    tar[0] = 'a';
    System.arraycopy(TestAudio.ascii("ustar"), 0, tar, 257, 5);
    byte[] stream = join(new byte[512], mp3());
    for (int at = 0; at < 512; at += 188) {
      stream[at] = 'G';
    }

    assertRefused(tar, ErrorCode.AUDIO_FORMAT_REFUSED, "a tar archive");
    assertRefused(stream, ErrorCode.AUDIO_FORMAT_REFUSED, "an MPEG transport stream");
  }

  @Test
  void namesATagThatWasCutAndATagWithoutSound() {
    byte[] tag = tag(3, 0, 50_000);

    assertRefused(
        Arrays.copyOf(tag, 20_000), ErrorCode.AUDIO_TRUNCATED, "its ID3 tag ends at byte 50010");
    assertRefused(tag, ErrorCode.AUDIO_EMPTY, "has an ID3 tag but no sound");
  }

  @Test
  void saysWhatAnotherFileIsAndWhatToDo() {
    String[][] files = {
      {"This is a list of things", "text, beginning with 'This is '. Give the sound file itself"},
      {"<!DOCTYPE html><html><body>404", "a web page. Download the sound file again"},
      {"{\"error\": \"not found\"}", "JSON text"},
      {"#EXTM3U", "a playlist. Give the sound files that it names"},
      {"[playlist]", "a playlist"},
      {"<?xml version='1.0'?>", "an XML document"},
      {"version https://git-lfs.github.com/spec/v1", "a Git LFS pointer. Run 'git lfs pull'"},
      {"NIST_1A\n", "NIST SPHERE. Convert it to WAV with sph2pipe or SoX"},
      {"#!AMR_MC1.0\n", "AMR of several channels. Convert it"},
      {"#!AMR-WB_MC1.0\n", "wide-band AMR of several channels. Convert it"},
      {"MThd", "a MIDI file, which contains notes, not sound. Give a recording"},
      {"%PDF-1.7", "a PDF document"},
      {"MAC ", "Monkey's Audio"},
      {"MPCK", "Musepack"},
      {"DSD ", "DSD sound"},
      {".RMF", "RealMedia"}
    };
    for (String[] file : files) {
      assertRefused(TestAudio.ascii(file[0]), ErrorCode.AUDIO_FORMAT_REFUSED, file[1]);
    }
  }

  @Test
  void saysThatAFileHoldsOnlyZeros() {
    assertRefused(new byte[4_000], ErrorCode.AUDIO_FORMAT_REFUSED, "it is 4000 zero bytes");
  }

  @Test
  void namesTheCodecThatAContainerMayNotHold() {
    ByteBuffer wav = ByteBuffer.wrap(TestAudio.voiceWav(16_000, 1)).order(ByteOrder.LITTLE_ENDIAN);
    wav.putShort(20, (short) 0x22); // TrueSpeech.

    assertRefused(
        wav.array(), ErrorCode.AUDIO_FORMAT_REFUSED, "'truespeech' is not accepted in WAV");
  }

  private static byte[] mp3() {
    return TestAudio.encodeVoice("mp3", "libmp3lame", 16_000, 1, 1, "id3v2_version=0");
  }

  /** An ID3v2 tag with a body of so many bytes, none of which says anything. */
  private static byte[] tag(int version, int flags, int size) {
    return tag(version, flags, size, size + (flags == 0 ? 0 : 10));
  }

  private static byte[] tag(int version, int flags, int size, int body) {
    byte[] tag = new byte[10 + body];
    System.arraycopy(TestAudio.ascii("ID3"), 0, tag, 0, 3);
    tag[3] = (byte) version;
    tag[5] = (byte) flags;
    for (int i = 0; i < 4; i++) {
      tag[6 + i] = (byte) ((size >> (7 * (3 - i))) & 0x7f);
    }
    return tag;
  }

  private static byte[] random(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  private static void assertRefused(byte[] bytes, ErrorCode code, String message) {
    assertThatThrownBy(() -> decoder.decode(bytes))
        .isInstanceOfSatisfying(AudioException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }
}
