package io.espalier.audio.decoder;

import io.espalier.audio.container.MpegFrames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** AAC in CAF, as phones record it; FFmpeg reads that and does not write it. */
final class CafWithAac {
  private static final int ADTS_HEADER = 7;

  /** An MPEG-4 elementary stream descriptor for AAC-LC of 16 kHz and one channel. */
  private static final int[] COOKIE = {
    3, 0x80, 0x80, 0x80, 0x22, 0, 0, 0, //
    4, 0x80, 0x80, 0x80, 0x14, 0x40, 0x15, 0, 0, 0, 0, 1, 0xf4, 0, 0, 1, 0xf4, 0, //
    5, 0x80, 0x80, 0x80, 2, 0x14, 8, //
    6, 0x80, 0x80, 0x80, 1, 2
  };

  private CafWithAac() {}

  static byte[] voice(double seconds) {
    byte[] adts = TestAudio.encodeVoice("adts", "aac", 16_000, 1, seconds);
    List<byte[]> frames = new ArrayList<>();
    for (int at = 0; at < adts.length; ) {
      int length = MpegFrames.adtsLength(adts, at);
      frames.add(Arrays.copyOfRange(adts, at + ADTS_HEADER, at + length));
      at += length;
    }
    ByteBuffer file = ByteBuffer.allocate(adts.length + 1000);
    file.put(TestAudio.ascii("caff")).putShort((short) 1).putShort((short) 0);
    file.put(TestAudio.ascii("desc")).putLong(32).putDouble(16_000);
    file.put(TestAudio.ascii("aac ")).putInt(2).putInt(0).putInt(1024).putInt(1).putInt(0);
    file.put(TestAudio.ascii("kuki")).putLong(COOKIE.length);
    for (int value : COOKIE) {
      file.put((byte) value);
    }
    packetTable(file, frames, (long) (16_000 * seconds));
    file.put(TestAudio.ascii("data")).putLong(4 + frames.stream().mapToLong(f -> f.length).sum());
    file.putInt(0);
    frames.forEach(file::put);
    return Arrays.copyOf(file.array(), file.position());
  }

  private static void packetTable(ByteBuffer file, List<byte[]> frames, long samples) {
    ByteBuffer sizes = ByteBuffer.allocate(2 * frames.size());
    for (byte[] frame : frames) {
      if (frame.length > 127) {
        sizes.put((byte) (0x80 | (frame.length >> 7)));
      }
      sizes.put((byte) (frame.length & 127));
    }
    file.put(TestAudio.ascii("pakt")).putLong(24 + sizes.position());
    file.putLong(frames.size()).putLong(samples).putInt(1024);
    file.putInt((int) (frames.size() * 1024L - samples - 1024));
    file.put(sizes.flip());
  }
}
