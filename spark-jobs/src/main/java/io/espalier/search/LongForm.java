package io.espalier.search;

import io.espalier.audio.SpeechActivity;
import io.espalier.owsm.TokenTable;
import io.espalier.search.Outcome.Segment;
import io.espalier.search.beam.DecodingOptions;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Long recordings window by window (ESPnet's {@code Speech2Text.decode_long}): each window starts
 * where the last complete segment of the one before ended. Ask for the {@link #next} window, decode
 * it with timestamps, hand the result to {@link #accept}, until there is none.
 *
 * <p>Where ESPnet fails, this goes on: a window without any timestamp, or one that would not
 * advance, becomes one segment over the whole window. So does every window of a model that has no
 * timestamps.
 */
final class LongForm {
  private final int samples;
  private final Settings settings;
  private final DecodingOptions options;
  private final TokenTable tokens;
  private final Function<int[], String> text;
  private final List<SpeechActivity.Stretch> speech;
  private final List<Segment> segments = new ArrayList<>();
  private String previous;
  private int offset;

  /**
   * What the model fixes.
   *
   * @param sampleRate in Hz
   * @param windowSamples longest window
   * @param resolutionS step of the timestamp tokens
   */
  record Settings(int sampleRate, int windowSamples, double resolutionS) {}

  /**
   * A part to decode.
   *
   * @param textPrev prompt, or null
   */
  record Chunk(int offset, int length, String textPrev) {}

  /**
   * @param samples length of the recording
   * @param initialText what was said before, or null
   * @param text decodes ids, special tokens included
   * @param speech parts that windows may begin in
   */
  LongForm(
      int samples,
      String initialText,
      Settings settings,
      DecodingOptions options,
      TokenTable tokens,
      Function<int[], String> text,
      List<SpeechActivity.Stretch> speech) {
    this.speech = speech;
    this.samples = samples;
    this.settings = settings;
    this.options = options;
    this.tokens = tokens;
    this.text = text;
    this.previous = initialText;
  }

  /** The next window to decode, or none if the recording is done. */
  Optional<Chunk> next() {
    offset = nextSpeech();
    while (offset < samples) {
      int length = Math.min(settings.windowSamples(), samples - offset);
      if ((double) length / settings.sampleRate() >= options.skipLastChunkS()) {
        String prompt = options.conditionOnPrevText() ? previous : null;
        return Optional.of(new Chunk(offset, length, prompt));
      }
      offset += settings.windowSamples();
    }
    return Optional.empty();
  }

  private int nextSpeech() {
    return speech.stream()
        .filter(stretch -> stretch.end() > offset)
        .findFirst()
        .map(stretch -> Math.max(offset, stretch.start()))
        .orElse(samples);
  }

  /**
   * Takes the result of the window that {@link #next} gave.
   *
   * @param hypothesis generated ids without prompt and end of sentence; null if there is none
   * @return the places of those ids that are now part of a segment
   */
  BitSet accept(int[] hypothesis) {
    BitSet said = new BitSet();
    int[] ids = hypothesis == null ? new int[0] : hypothesis;
    int[] stamps = IntStream.range(0, ids.length).filter(i -> isStamp(ids, i)).toArray();
    if (stamps.length == 0) {
      acceptUntimed(ids, said);
    } else if (stamps.length == 1) {
      int[] closed = Arrays.copyOf(ids, ids.length + 1);
      closed[ids.length] = tokens.lastTimestamp();
      acceptTimed(closed, new int[] {stamps[0], ids.length}, said);
    } else {
      acceptTimed(ids, stamps, said);
    }
    return said;
  }

  private boolean isStamp(int[] ids, int index) {
    return tokens.isTimestamp(ids[index]);
  }

  private void acceptUntimed(int[] ids, BitSet said) {
    int length = Math.min(settings.windowSamples(), samples - offset);
    previous = text.apply(ids);
    if (!previous.isEmpty()) {
      segments.add(new Segment(round(0), round((double) length / rate()), previous));
    }
    said.set(0, ids.length);
    offset += settings.windowSamples();
  }

  private void acceptTimed(int[] ids, int[] stamps, BitSet said) {
    int count = stamps.length;
    int until = ids[stamps[count - 1]];
    if (count % 2 != 0) {
      count--;
    } else if (count > 2 && until > threshold()) {
      // The last segment may be cut off by the window's end: decode it again.
      until = ids[stamps[count - 2]];
      count -= 2;
    }
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < count; i += 2) {
      String part = text.apply(Arrays.copyOfRange(ids, stamps[i] + 1, stamps[i + 1]));
      segments.add(new Segment(round(time(ids[stamps[i]])), round(time(ids[stamps[i + 1]])), part));
      joined.append(part);
      said.set(stamps[i] + 1, stamps[i + 1]);
    }
    previous = joined.toString();
    int advance = (int) Math.rint(time(until) * settings.sampleRate());
    offset += advance > 0 ? advance : settings.windowSamples();
  }

  private int threshold() {
    String name = String.format(Locale.ROOT, "<%.2f>", options.endTimeThresholdS());
    return tokens.find(name).orElse(tokens.lastTimestamp());
  }

  private double rate() {
    return settings.sampleRate();
  }

  /** Seconds from the window's start. */
  private double time(int id) {
    return (id - tokens.firstTimestamp()) * settings.resolutionS();
  }

  /** Seconds from the recording's start, as Python rounds: the exact value, half to even. */
  private double round(double inWindowS) {
    double seconds = inWindowS + offset / rate();
    return new BigDecimal(seconds).setScale(2, RoundingMode.HALF_EVEN).doubleValue();
  }

  /** What was found so far. */
  List<Segment> segments() {
    return List.copyOf(segments);
  }
}
