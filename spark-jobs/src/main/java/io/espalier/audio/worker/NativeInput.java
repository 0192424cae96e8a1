package io.espalier.audio.worker;

import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FORCE;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_SIZE;
import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * One file after the other as FFmpeg's input: native memory behind FFmpeg's own read and seek
 * calls, so that FFmpeg opens nothing itself. The callbacks live as long as this object because
 * JavaCPP has only few slots for them.
 */
public final class NativeInput implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int SEEK_SET = 0;
  private static final int SEEK_CURRENT = 1;
  private static final int SEEK_END = 2;

  private final Read_packet_Pointer_BytePointer_int read = new Reader();
  private final Seek_Pointer_long_int seek = new Seeker();
  private BytePointer data = new BytePointer();
  private long length;
  private long cursor;

  /** Takes the next file off a stream. */
  public void load(InputStream in, int bytes) throws IOException {
    data.close();
    data = new BytePointer((long) bytes);
    length = bytes;
    cursor = 0;
    byte[] chunk = new byte[Math.min(BUFFER, bytes)];
    for (int at = 0; at < bytes; ) {
      int count = in.readNBytes(chunk, 0, Math.min(chunk.length, bytes - at));
      if (count == 0) {
        throw new EOFException(
            String.format(Locale.ROOT, "The file ended after %d of %d bytes", at, bytes));
      }
      data.position(at).put(chunk, 0, count);
      at += count;
    }
  }

  /** FFmpeg's view of the loaded file; to be given to {@link #release}. */
  AVIOContext open() {
    BytePointer buffer = new BytePointer(av_malloc(BUFFER)).capacity(BUFFER);
    return avio_alloc_context(buffer, BUFFER, 0, null, read, null, seek);
  }

  /** A byte of the loaded file. */
  int unsignedByte(long at) {
    if (at < 0 || at >= length) {
      throw new IndexOutOfBoundsException(String.format(Locale.ROOT, "Byte %d of %d", at, length));
    }
    return data.position(0).get(at) & 0xff;
  }

  static void release(AVIOContext context) {
    // FFmpeg may have replaced the buffer by a larger one.
    av_free(context.buffer());
    avio_context_free(context);
  }

  @Override
  public void close() {
    data.close();
    read.close();
    seek.close();
  }

  private final class Reader extends Read_packet_Pointer_BytePointer_int {
    @Override
    public int call(Pointer opaque, BytePointer target, int size) {
      long count = Math.min(size, length - cursor);
      if (count <= 0) {
        return AVERROR_EOF;
      }
      Pointer.memcpy(target, data.position(cursor), count);
      cursor += count;
      return (int) count;
    }
  }

  private final class Seeker extends Seek_Pointer_long_int {
    @Override
    public long call(Pointer opaque, long offset, int whence) {
      long base =
          switch (whence & ~AVSEEK_FORCE) {
            case SEEK_SET -> 0;
            case SEEK_CURRENT -> cursor;
            case SEEK_END -> length;
            case AVSEEK_SIZE -> Long.MAX_VALUE;
            default -> Long.MIN_VALUE;
          };
      if (base == Long.MAX_VALUE) {
        return length;
      }
      long target = base + offset;
      if (base < 0 || target < 0 || target > length) {
        return -1;
      }
      cursor = target;
      return target;
    }
  }
}
