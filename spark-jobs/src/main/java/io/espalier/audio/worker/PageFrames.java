package io.espalier.audio.worker;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_clone;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import io.espalier.audio.AudioException;
import io.espalier.audio.worker.PacketSource.EndedPage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Holds the frames of an Ogg page until their times are known: a page says when its last packet
 * ends (RFC 3533), so the others are counted back from there, by what was decoded. FFmpeg counts
 * forward and learns of a hole one page late, and its count of Vorbis is not exact.
 *
 * <p>A page whose packets fill less than the time since the last page has a hole. It lies before
 * the first packet if a page is missing; else before the last one, because that is the packet at
 * which writers notice that the page is full.
 */
final class PageFrames implements AutoCloseable {
  /** More samples than this are no page of speech; they go on without times. */
  private static final long MOST_SAMPLES = 1 << 24;

  private final Place place;
  private final List<AVFrame> frames = new ArrayList<>();
  private long samples;
  private long end = -1;

  /** Where frames go. */
  interface Place {
    /** Takes a frame; its time is NaN where it is unknown. */
    void put(AVFrame frame, double timeS) throws AudioException, IOException;
  }

  PageFrames(Place place) {
    this.place = place;
  }

  /** The next pages have a zero of their own. */
  void restart() throws AudioException, IOException {
    release();
    end = -1;
  }

  void add(AVFrame frame) throws AudioException, IOException {
    frames.add(av_frame_clone(frame));
    samples += (long) frame.nb_samples() * frame.ch_layout().nb_channels();
    if (samples > MOST_SAMPLES) {
      release();
    }
  }

  /** Hands on the frames of a page. */
  void release(EndedPage page) throws AudioException, IOException {
    long counted = page.granule() - frames.stream().mapToLong(AVFrame::nb_samples).sum();
    boolean inside = end >= 0 && page.whole() && counted > end;
    long at = inside ? end : counted;
    for (int i = 0; i < frames.size(); i++) {
      AVFrame frame = frames.get(i);
      boolean last = i == frames.size() - 1;
      long start = last ? page.granule() - frame.nb_samples() : at;
      place.put(frame, (double) start / frame.sample_rate());
      at += frame.nb_samples();
    }
    end = page.granule();
    clear();
  }

  /** Hands on the frames of a page that does not end. */
  void release() throws AudioException, IOException {
    for (AVFrame frame : frames) {
      place.put(frame, Double.NaN);
    }
    clear();
  }

  private void clear() {
    frames.forEach(frame -> av_frame_free(frame));
    frames.clear();
    samples = 0;
  }

  @Override
  public void close() {
    clear();
  }
}
