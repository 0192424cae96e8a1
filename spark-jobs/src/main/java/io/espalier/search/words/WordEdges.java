package io.espalier.search.words;

import io.espalier.audio.SpeechActivity;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves the ends of aligned words to where their sound begins and stops. CTC says where a token is
 * recognised, which is often before its sound is over, and may let a token begin in the silence
 * before it. So a word lasts to the next one, as long as there is sound between them, and one that
 * begins or ends in silence is cut, or moved to the sound behind it. Silence of up to a tenth of a
 * second is a part of a word: stops have it.
 */
public final class WordEdges {
  private static final double STEP_S = 0.01;
  private static final double SHORT_SILENCE_S = 0.1;

  private WordEdges() {}

  /**
   * The same words with other ends, still in order.
   *
   * @param words in order
   * @param sound of the recording that their times are of
   * @param lengthS of the recording
   */
  public static List<TimedWord> fit(List<TimedWord> words, SpeechActivity sound, double lengthS) {
    List<TimedWord> fitted = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      TimedWord word = words.get(i);
      double limit = i + 1 < words.size() ? words.get(i + 1).startS() : lengthS;
      double start = start(word, limit, sound);
      double end = Math.max(start, Math.min(limit, end(word, start, limit, sound)));
      fitted.add(new TimedWord(word.word(), start, end, word.confidence()));
    }
    return fitted;
  }

  /** The first sound from the word's start on; its own start if there is none before the limit. */
  private static double start(TimedWord word, double limit, SpeechActivity sound) {
    for (double at = word.startS(); at < limit; at += STEP_S) {
      if (sound.isActiveAt(at)) {
        return at;
      }
    }
    return word.startS();
  }

  /** Where silence begins behind the word, or the limit. */
  private static double end(TimedWord word, double start, double limit, SpeechActivity sound) {
    double heard = Math.min(Math.max(start, word.endS()), limit);
    for (double at = heard; at < limit; at += STEP_S) {
      if (sound.isActiveAt(at)) {
        heard = at + STEP_S;
      } else if (at - heard > SHORT_SILENCE_S) {
        return cut(start, heard, sound);
      }
    }
    return limit - heard <= SHORT_SILENCE_S ? limit : cut(start, heard, sound);
  }

  /** Without the silence at the end. */
  private static double cut(double start, double end, SpeechActivity sound) {
    for (double at = end - STEP_S; at > start; at -= STEP_S) {
      if (sound.isActiveAt(at)) {
        return at + STEP_S;
      }
    }
    return end;
  }
}
