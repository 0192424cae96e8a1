package io.espalier.audio.decoder;

import io.espalier.Fuzzer;
import io.espalier.audio.container.AudioContainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Valid files of every container, spoiled: by chance, by headers that lie, and by hand. */
public final class HostileAudio {
  /**
   * A file.
   *
   * @param name says what it was and what was done to it
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Sound(String name, AudioContainer container, byte[] bytes) {}

  private static final String ENCODED =
      """
      WAV wav pcm_s16le 16000
      WAV wav pcm_s24le 48000
      WAV wav adpcm_ms 22050
      W64 w64 pcm_s16le 44100
      FLAC flac flac 44100
      OGG ogg libopus 48000
      OGG ogg vorbis 44100
      OGG ogg libspeex 16000
      MP3 mp3 libmp3lame 44100
      AAC adts aac 44100
      MP4 ipod aac 44100
      MP4 ipod alac 44100
      MP4 mov pcm_s16be 48000
      MATROSKA matroska libopus 48000
      MATROSKA matroska vorbis 44100
      AIFF aiff pcm_s16be 44100
      AU au pcm_s16be 44100
      CAF caf alac 44100
      CAF caf pcm_s16le 44100
      AMR amr libopencore_amrnb 8000
      WAVPACK wv wavpack 44100
      """;

  private HostileAudio() {}

  /** One valid file for each kind. */
  static List<Sound> valid() {
    List<Sound> sounds = new ArrayList<>();
    for (String line : ENCODED.lines().toList()) {
      String[] words = line.split(" ", -1);
      int rate = Integer.parseInt(words[3]);
      int channels = words[2].equals("vorbis") ? 2 : 1;
      sounds.add(
          new Sound(
              words[1] + "-" + words[2],
              AudioContainer.valueOf(words[0]),
              TestAudio.encodeVoice(words[1], words[2], rate, channels, 0.5)));
    }
    sounds.add(new Sound("asf-wmav2", AudioContainer.ASF, fixture("wmav2.wma")));
    return sounds;
  }

  /**
   * Hostile files: those made by hand first, then as many others as asked for.
   *
   * @param count of all of them
   */
  public static List<Sound> files(long seed, int count) {
    Fuzzer fuzzer = new Fuzzer(seed);
    List<Sound> valid = valid();
    List<Sound> files = new ArrayList<>(liars(valid));
    while (files.size() < count) {
      Sound sound = valid.get(files.size() % valid.size());
      boolean lie = fuzzer.next(3) == 0;
      byte[] bytes = lie ? fuzzer.lie(sound.bytes()) : fuzzer.mutate(sound.bytes());
      if (sound.container() == AudioContainer.OGG && fuzzer.next(4) > 0) {
        OggChecksums.mend(bytes); // Otherwise nothing gets past them.
      }
      files.add(
          new Sound(
              String.format(
                  Locale.ROOT, "%03d-%s-%s", files.size(), lie ? "lie" : "fuzz", sound.name()),
              sound.container(),
              bytes));
    }
    return files.subList(0, count);
  }

  /** Headers that declare what cannot be. */
  private static List<Sound> liars(List<Sound> valid) {
    List<Sound> liars = new ArrayList<>();
    byte[] wav = find(valid, "wav-pcm_s24le");
    // Channels, rate, bytes per second, block, bits, and the sizes of the file and the data.
    for (int[] field : new int[][] {{22, 2}, {24, 4}, {28, 4}, {32, 2}, {34, 2}, {4, 4}}) {
      for (long value : new long[] {0, 1, 0x7fff_ffffL, 0xffff_ffffL}) {
        liars.add(liar("wav", AudioContainer.WAV, wav, field[0], field[1], value, true));
      }
    }
    byte[] au = find(valid, "au-pcm_s16be");
    // The start of the data, its length, the rate, the channels.
    for (int field : new int[] {4, 8, 16, 20}) {
      for (long value : new long[] {0, 0x7fff_ffffL, 0xffff_fffeL}) {
        liars.add(liar("au", AudioContainer.AU, au, field, 4, value, false));
      }
    }
    byte[] flac = find(valid, "flac-flac");
    // Rate, channels, bits and length share the eight bytes from 18 on.
    for (long value : new long[] {0, -1, 0x0AC4_42F0_0000_0001L, 0x0AC4_42FF_FFFF_FFFFL}) {
      liars.add(liar("flac", AudioContainer.FLAC, flac, 18, 8, value, false));
    }
    byte[] caf = find(valid, "caf-pcm_s16le");
    // A rate of NaN, of infinity, negative; then frames per packet and channels.
    for (double rate : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -44_100, 1e300}) {
      liars.add(
          liar("caf", AudioContainer.CAF, caf, 20, 8, Double.doubleToRawLongBits(rate), false));
    }
    for (int field : new int[] {36, 40, 44, 48}) {
      liars.add(liar("caf", AudioContainer.CAF, caf, field, 4, 0xffff_ffffL, false));
    }
    return liars;
  }

  private static Sound liar(
      String name,
      AudioContainer container,
      byte[] valid,
      int at,
      int width,
      long value,
      boolean littleEndian) {
    byte[] bytes = valid.clone();
    byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    for (int i = 0; i < width; i++) {
      bytes[littleEndian ? at + i : at + width - 1 - i] = number[Long.BYTES - 1 - i];
    }
    return new Sound(
        String.format(Locale.ROOT, "%s-byte-%d-is-%x", name, at, value), container, bytes);
  }

  private static byte[] find(List<Sound> sounds, String name) {
    return sounds.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow()
        .bytes();
  }

  private static byte[] fixture(String file) {
    try (InputStream in = HostileAudio.class.getResourceAsStream(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
