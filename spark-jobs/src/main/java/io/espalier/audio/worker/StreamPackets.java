package io.espalier.audio.worker;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;

import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Packets as the demuxer gives them. */
final class StreamPackets implements PacketSource {
  private final MediaFile file;

  StreamPackets(MediaFile file) {
    this.file = file;
  }

  @Override
  public boolean next(AVPacket packet) {
    while (av_read_frame(file.format(), packet) >= 0) {
      if (packet.stream_index() == file.stream().index()) {
        return true;
      }
      av_packet_unref(packet);
    }
    return false;
  }

  @Override
  public boolean restarted() {
    return false;
  }

  @Override
  public Optional<EndedPage> endedPage() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // The file owns all.
  }
}
