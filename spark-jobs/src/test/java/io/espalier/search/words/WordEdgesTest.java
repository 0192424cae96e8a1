package io.espalier.search.words;

import static io.espalier.audio.Waveform.SAMPLE_RATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.audio.SpeechActivity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordEdgesTest {
  private static final double LENGTH_S = 6;

  /** Sound from 1 to 2 s and from 2.8 to 4 s, with a short gap at 3.4 s. */
  private final SpeechActivity sound = sound(1.0, 2.0, 2.8, 3.36, 3.42, 4.0);

  @Test
  void aWordLastsToTheNextOneWhereThereIsSoundBetweenThem() {
    List<TimedWord> words = fit(word("one", 1.0, 1.2), word("two", 1.6, 1.9));
    assertThat(words.get(0).endS()).isEqualTo(1.6);
  }

  @Test
  void aWordEndsWhereItsSoundDoes() {
    List<TimedWord> words = fit(word("one", 1.5, 1.7), word("two", 2.9, 3.0));
    assertThat(words.get(0).endS()).isCloseTo(2.0, within(0.03));
    assertThat(words.get(1).startS()).isEqualTo(2.9);
    assertThat(words.get(1).endS()).isCloseTo(4.0, within(0.03));
  }

  @Test
  void aWordThatBeginsInSilenceIsCut() {
    List<TimedWord> words = fit(word("one", 0.7, 1.4), word("two", 2.2, 3.0));
    assertThat(words.get(0).startS()).isCloseTo(1.0, within(0.03));
    assertThat(words.get(1).startS()).isCloseTo(2.8, within(0.03));
  }

  @Test
  void aWordBeforeItsSoundIsMovedThere() {
    List<TimedWord> words = fit(word("the", 0.5, 0.6), word("map", 1.5, 1.8));
    assertThat(words.get(0).startS()).isCloseTo(1.0, within(0.03));
    assertThat(words.get(0).endS()).isEqualTo(1.5);
  }

  @Test
  void aWordWithoutAnySoundKeepsItsTimes() {
    TimedWord word = word("ghost", 4.6, 4.8);
    assertThat(fit(word)).containsExactly(word);
  }

  @Test
  void wordsStayInOrderAndInside() {
    Random random = new Random(3);
    for (int trial = 0; trial < 200; trial++) {
      List<TimedWord> words = new ArrayList<>();
      double at = 0;
      while (at < LENGTH_S - 1) {
        double end = at + random.nextDouble() * 0.5;
        words.add(word("w", at, end));
        at = end + random.nextDouble() * 0.5;
      }
      double last = 0;
      for (TimedWord word : fit(words.toArray(TimedWord[]::new))) {
        assertThat(word.startS()).isGreaterThanOrEqualTo(last);
        assertThat(word.endS()).isBetween(word.startS(), LENGTH_S);
        last = word.endS();
      }
    }
  }

  private List<TimedWord> fit(TimedWord... words) {
    return WordEdges.fit(List.of(words), sound, LENGTH_S);
  }

  private static TimedWord word(String word, double startS, double endS) {
    return new TimedWord(word, startS, endS, 0.5);
  }

  private static SpeechActivity sound(double... edges) {
    Random random = new Random(9);
    float[] samples = new float[(int) (LENGTH_S * SAMPLE_RATE)];
    for (int i = 0; i < samples.length; i++) {
      double seconds = (double) i / SAMPLE_RATE;
      boolean loud = false;
      for (int e = 0; e < edges.length; e += 2) {
        loud |= seconds >= edges[e] && seconds < edges[e + 1];
      }
      samples[i] = (float) ((loud ? 0.1 : 1e-4) * random.nextGaussian());
    }
    return SpeechActivity.of(samples);
  }
}
