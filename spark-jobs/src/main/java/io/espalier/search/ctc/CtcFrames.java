package io.espalier.search.ctc;

import io.espalier.owsm.TokenTable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What CTC says of each frame of a window.
 *
 * @param ids the best token of each frame
 * @param logProbs its log-probability
 * @param watched log-probabilities of some tokens, frame by frame
 * @param watchedIds those tokens
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record CtcFrames(int[] ids, float[] logProbs, float[] watched, int[] watchedIds) {
  /** A language and its probability among all languages, where one stands out most. */
  record Language(int id, double probability) {}

  /**
   * Takes the frames of one row.
   *
   * @param values of {@link io.espalier.owsm.ctc.CtcOutput#best}, flat
   * @param start of the row in them
   */
  static CtcFrames of(float[] values, int start, int frames, int... watchedIds) {
    int width = 2 + watchedIds.length;
    int[] ids = new int[frames];
    float[] logProbs = new float[frames];
    float[] watched = new float[frames * watchedIds.length];
    for (int frame = 0; frame < frames; frame++) {
      int at = start + frame * width;
      ids[frame] = (int) values[at];
      logProbs[frame] = values[at + 1];
      System.arraycopy(values, at + 2, watched, frame * watchedIds.length, watchedIds.length);
    }
    return new CtcFrames(ids, logProbs, watched, watchedIds);
  }

  /** Frames in which certainly nothing is said. */
  static CtcFrames blank(int frames, int blank) {
    int[] ids = new int[frames];
    Arrays.fill(ids, blank);
    return new CtcFrames(ids, new float[frames], new float[0], new int[0]);
  }

  /** Some neighbouring frames, as far as there are any, without what was watched. */
  CtcFrames range(int from, int to) {
    int end = Math.min(to, ids.length);
    int start = Math.min(from, end);
    return new CtcFrames(
        Arrays.copyOfRange(ids, start, end),
        Arrays.copyOfRange(logProbs, start, end),
        new float[0],
        new int[0]);
  }

  /**
   * The language: the first language token that is the best of its frame, else the most probable of
   * all frames.
   */
  Language language(TokenTable tokens) {
    int[] languages =
        IntStream.range(0, watchedIds.length)
            .filter(place -> tokens.languages().contains(watchedIds[place]))
            .toArray();
    int bestFrame = -1;
    int bestPlace = -1;
    for (int frame = 0; frame < ids.length; frame++) {
      for (int place : languages) {
        if (ids[frame] == watchedIds[place]) {
          return new Language(ids[frame], share(frame, place, languages));
        }
        if (bestFrame < 0 || value(frame, place) > value(bestFrame, bestPlace)) {
          bestFrame = frame;
          bestPlace = place;
        }
      }
    }
    return new Language(watchedIds[bestPlace], share(bestFrame, bestPlace, languages));
  }

  private double share(int frame, int place, int... languages) {
    double sum = Arrays.stream(languages).mapToDouble(other -> Math.exp(value(frame, other))).sum();
    return Math.exp(value(frame, place)) / sum;
  }

  /** The highest probability of a token in any frame; NaN if it was not watched. */
  double highest(int id) {
    int place =
        IntStream.range(0, watchedIds.length)
            .filter(i -> watchedIds[i] == id)
            .findFirst()
            .orElse(-1);
    return place < 0
        ? Double.NaN
        : IntStream.range(0, ids.length)
            .mapToDouble(frame -> Math.exp(value(frame, place)))
            .max()
            .orElse(Double.NaN);
  }

  private float value(int frame, int place) {
    return watched[frame * watchedIds.length + place];
  }
}
