package io.espalier.spark.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.fs.FSExceptionMessages;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileSystem;

/** A local file that is read from any place. */
final class LocalInput extends FSInputStream {
  /** Largest read: a channel keeps an off-heap buffer of the largest read of each thread. */
  private static final int MOST_AT_ONCE = 1 << 16;

  private final FileChannel channel;
  private final FileSystem.Statistics statistics;
  private long position;

  LocalInput(Path file, FileSystem.Statistics statistics) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.statistics = statistics;
  }

  @Override
  public void seek(long target) throws IOException {
    if (target < 0) {
      throw new EOFException(FSExceptionMessages.NEGATIVE_SEEK);
    }
    position = target;
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public boolean seekToNewSource(long target) {
    return false;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0, channel.size() - position));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = read(position, buffer, offset, length);
    if (count > 0) {
      position += count;
    }
    return count;
  }

  @Override
  public int read(long from, byte[] buffer, int offset, int length) throws IOException {
    validatePositionedReadArgs(from, buffer, offset, length);
    if (length == 0) {
      return 0;
    }
    int count = channel.read(ByteBuffer.wrap(buffer, offset, Math.min(length, MOST_AT_ONCE)), from);
    if (count > 0) {
      statistics.incrementBytesRead(count);
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = Math.max(0, Math.min(count, channel.size() - position));
    position += skipped;
    return skipped;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
