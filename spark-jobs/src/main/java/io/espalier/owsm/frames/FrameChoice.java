package io.espalier.owsm.frames;

import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many of an utterance's frames the encoder's later blocks, the decoder and CTC see: the option
 * {@code --frames}.
 *
 * @param share share of an utterance's frames that go, in [0, 1)
 * @param layer encoder block behind which they go, from 1
 */
public record FrameChoice(Way way, double share, int layer) implements Serializable {
  /** All frames stay. */
  public static final FrameChoice KEEP = new FrameChoice(Way.KEEP, 0, 0);

  private static final Pattern TEXT =
      Pattern.compile("(drop|merge):(0(?:\\.[0-9]{1,9})?)@([1-9][0-9]{0,3})");

  /** What happens to frames. */
  public enum Way {
    /** Nothing. */
    KEEP,
    /** Those that get the least attention in their block are left out. */
    DROP,
    /** Neighbours that are most alike become their mean. */
    MERGE
  }

  /**
   * Reads what {@link #text} writes.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static FrameChoice parse(String text) {
    if (text.equals(KEEP.text())) {
      return KEEP;
    }
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          ("Invalid frames: %s, must be keep, drop:SHARE@LAYER or merge:SHARE@LAYER with a share"
                  + " from 0 to less than 1, such as drop:0.4@2")
              .formatted(text));
    }
    return new FrameChoice(
        Way.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
        Double.parseDouble(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  /** The choice as the option names it. */
  public String text() {
    String name = way.name().toLowerCase(Locale.ROOT);
    return way == Way.KEEP
        ? name
        : "%s:%s@%s".formatted(name, share == 0 ? "0" : String.valueOf(share), layer);
  }

  /** Whether any frame goes. */
  public boolean isReducing() {
    return way != Way.KEEP;
  }

  /** Frames that stay of so many: at least one. */
  public int kept(int frames) {
    return isReducing() ? Math.max(1, frames - (int) Math.floor(share * frames)) : frames;
  }

  /**
   * This choice, if a model can do it.
   *
   * @param blocks of its encoder
   * @throws IllegalArgumentException if it has no such block
   */
  public FrameChoice requireFits(int blocks) {
    if (layer > blocks) {
      throw new IllegalArgumentException(
          "Invalid frames: %s, the encoder has %s blocks".formatted(text(), blocks));
    }
    return this;
  }
}
