package io.espalier.audio.worker;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_move_ref;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Packets of an Ogg stream, with the pages that they end. */
final class OggPackets implements PacketSource {
  private final StreamPackets packets;
  private final NativeInput input;
  private final Deque<AVPacket> group = new ArrayDeque<>();
  private AVPacket ahead;
  private OggPage page;
  private long end = -1;
  private boolean restarted;

  /** Whether a page is missing since the last one that ended. */
  private boolean lost;

  OggPackets(MediaFile file, NativeInput input) {
    packets = new StreamPackets(file);
    this.input = input;
  }

  @Override
  public boolean next(AVPacket packet) {
    restarted = false;
    if (group.isEmpty() && !readGroup()) {
      return false;
    }
    AVPacket first = group.remove();
    av_packet_move_ref(packet, first);
    av_packet_free(first);
    return true;
  }

  @Override
  public boolean restarted() {
    return restarted;
  }

  @Override
  public Optional<EndedPage> endedPage() {
    boolean ends = page != null && group.size() == (page.unfinished() ? 1 : 0);
    if (!ends || page.granule() == OggPage.NONE || page.granule() == end) {
      return Optional.empty();
    }
    end = page.granule();
    boolean whole = !lost;
    lost = false;
    return Optional.of(new EndedPage(end, whole));
  }

  /** Reads the packets that start on one page. */
  private boolean readGroup() {
    AVPacket packet = ahead == null ? read() : ahead;
    ahead = null;
    if (packet == null) {
      return false;
    }
    long at = packet.pos();
    while (packet != null && packet.pos() == at) {
      group.add(packet);
      packet = read();
    }
    ahead = packet;
    begin(at < 0 ? null : OggPage.at(input, at));
    return true;
  }

  private void begin(OggPage next) {
    boolean both = page != null && next != null;
    restarted = both && page.serial() != next.serial();
    lost = !restarted && (lost || (both && next.sequence() != page.sequence() + 1));
    end = restarted ? -1 : end;
    page = next;
  }

  private AVPacket read() {
    AVPacket packet = av_packet_alloc();
    if (packets.next(packet)) {
      return packet;
    }
    av_packet_free(packet);
    return null;
  }

  @Override
  public void close() {
    group.forEach(packet -> av_packet_free(packet));
    group.clear();
    if (ahead != null) {
      av_packet_free(ahead);
      ahead = null;
    }
  }
}
