package io.espalier.audio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a recording may hold speech, by its level alone: sound that stands out from the recording's
 * own background. Anything that does so counts, music and slamming doors included; what is left out
 * is digital silence and steady noise.
 *
 * <p>The rule: the level of 20 ms of sound every 10 ms, the background being the level that nine of
 * ten exceed. Sound is active where it is 5 dB over the background and over -60 dBFS. Single bursts
 * under 60 ms are no speech. Active sound is widened by 0.3 s to both sides, so that soft sounds at
 * the ends of words stay, and gaps under 0.5 s close.
 */
public final class SpeechActivity {
  private static final int HOP = Waveform.SAMPLE_RATE / 100;
  private static final int FRAME = 2 * HOP;
  private static final double BACKGROUND_SHARE = 0.1;
  private static final double OVER_BACKGROUND_DB = 5;
  private static final double LOWEST_DB = -60;
  private static final int SHORTEST_FRAMES = 6;
  private static final int MARGIN = 3 * Waveform.SAMPLE_RATE / 10;
  private static final int CLOSED_GAP = Waveform.SAMPLE_RATE / 2;

  private final int samples;
  private final double[] levels;
  private final double threshold;

  private SpeechActivity(float[] samples) {
    this.samples = samples.length;
    this.levels = levels(samples);
    this.threshold = threshold(levels);
  }

  /**
   * A part of a recording.
   *
   * @param start first sample
   * @param end sample after the last one
   */
  public record Stretch(int start, int end) {}

  /**
   * Looks at a recording.
   *
   * @param samples at 16 kHz
   */
  public static SpeechActivity of(float[] samples) {
    return new SpeechActivity(samples);
  }

  /** The parts that may hold speech, in order, without overlap; none if the recording is silent. */
  public List<Stretch> stretches() {
    List<Stretch> stretches = new ArrayList<>();
    int run = 0;
    for (int frame = 0; frame <= levels.length; frame++) {
      if (isActive(frame)) {
        run++;
        continue;
      }
      if (run > 0 && run >= Math.min(SHORTEST_FRAMES, levels.length)) {
        add(stretches, (frame - run) * HOP, (frame - 1) * HOP + FRAME, samples);
      }
      run = 0;
    }
    return stretches;
  }

  /** Whether the sound at a time stands out, without margins; false outside the recording. */
  public boolean isActiveAt(double seconds) {
    return isActive((int) Math.floor(seconds * Waveform.SAMPLE_RATE / HOP));
  }

  private boolean isActive(int frame) {
    return frame >= 0 && frame < levels.length && levels[frame] > threshold;
  }

  private static void add(List<Stretch> stretches, int start, int end, int length) {
    int from = Math.max(0, start - MARGIN);
    int to = Math.min(length, end + MARGIN);
    if (!stretches.isEmpty()) {
      Stretch last = stretches.get(stretches.size() - 1);
      if (from - last.end() < CLOSED_GAP) {
        stretches.set(stretches.size() - 1, new Stretch(last.start(), to));
        return;
      }
    }
    stretches.add(new Stretch(from, to));
  }

  private static double threshold(double[] levels) {
    double[] sorted = levels.clone();
    Arrays.sort(sorted);
    double background =
        sorted.length == 0 ? LOWEST_DB : sorted[(int) (BACKGROUND_SHARE * sorted.length)];
    return Math.max(LOWEST_DB, background + OVER_BACKGROUND_DB);
  }

  /** Levels in dB of full scale; the last frame may be shorter. */
  private static double[] levels(float[] samples) {
    double[] levels = new double[(samples.length + HOP - 1) / HOP];
    for (int frame = 0; frame < levels.length; frame++) {
      int end = Math.min(samples.length, frame * HOP + FRAME);
      double sum = 0;
      for (int i = frame * HOP; i < end; i++) {
        sum += (double) samples[i] * samples[i];
      }
      levels[frame] = 10 * Math.log10(sum / (end - frame * HOP) + 1e-12);
    }
    return levels;
  }
}
