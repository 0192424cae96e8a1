package io.espalier.tools.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.tools.corpus.WordTimes.Word;
import io.espalier.tools.corpus.voice.EspeakLibrary;
import io.espalier.tools.corpus.voice.EspeakLibrary.Said;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordTimesTest {
  @Test
  void wordsBeginAndEndWhenTheLibrarySaysSo() {
    assertThat(words("see you", said(0, 0.1, 0.4), said(4, 0.45, 0.8)))
        .containsExactly(new Word("see", 0.3, 0.6), new Word("you", 0.65, 1.0));
  }

  @Test
  void wordsSaidAsOneHaveNoTimeBetweenThem() {
    assertThat(words("in the house", said(0, 0.0, 0.25), said(7, 0.3, 0.7)))
        .containsExactly(
            new Word("in", 0.2, null), new Word("the", null, 0.45), new Word("house", 0.5, 0.9));
    assertThat(words("for the time", said(0, 0.1, 0.9)))
        .containsExactly(
            new Word("for", 0.3, null), new Word("the", null, null), new Word("time", null, 1.1));
  }

  @Test
  void partsOfOneWordAreOneWord() {
    assertThat(words("à l'hôtel", said(0, 0.0, 0.1), said(2, 0.1, 0.15), said(4, 0.15, 0.5)))
        .containsExactly(new Word("à", 0.2, 0.3), new Word("l'hôtel", 0.3, 0.7));
  }

  private static EspeakLibrary.Word said(int position, double startS, double endS) {
    return new EspeakLibrary.Word(position, startS, endS);
  }

  private static List<Word> words(String transcript, EspeakLibrary.Word... said) {
    return WordTimes.words(transcript, new Said(List.of(said), 2), 0.2);
  }
}
