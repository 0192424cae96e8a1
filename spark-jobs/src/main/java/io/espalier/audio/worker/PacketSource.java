package io.espalier.audio.worker;

import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** The packets of one audio stream, in order. */
interface PacketSource extends AutoCloseable {
  /**
   * Fills a packet with the next one.
   *
   * @return false at the end
   */
  boolean next(AVPacket packet);

  /** Whether the packet just read begins a new recording, whose time stamps have their own zero. */
  boolean restarted();

  /** The page that ends with the packet just read, where the container has pages. */
  Optional<EndedPage> endedPage();

  /**
   * All packets of a page were read.
   *
   * @param granule where the last one ends, in samples
   * @param whole whether no page is missing before it
   */
  record EndedPage(long granule, boolean whole) {}

  @Override
  void close();
}
