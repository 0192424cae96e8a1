package io.espalier.spark.export.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CuesTest {
  private static final CueStyle STYLE = new CueStyle(2, 42, 21, 1, 7, 0.08);
  private static final int RECORDINGS = 2000;

  @Test
  void noTextIsLostAndNothingIsDivided() {
    RandomRecordings recordings = new RandomRecordings(1);
    for (int i = 0; i < RECORDINGS; i++) {
      Recording recording = recordings.next();
      List<Cue> cues = new Cues(STYLE, true).of(recording);
      for (int part = 0; part < 3; part++) {
        int number = part;
        String said =
            recording.segments().stream()
                .filter(segment -> segment.part() == number)
                .map(Segment::text)
                .collect(Collectors.joining(" "));
        String shown =
            cues.stream()
                .filter(cue -> cue.part() == number)
                .flatMap(cue -> new LineBreaker(STYLE).lines(cue.text()).stream())
                .collect(Collectors.joining(" "));
        assertThat(bare(shown)).isEqualTo(bare(said));
        // In scripts with spaces, words stay whole too.
        if (said.codePoints().noneMatch(Scripts::isSpaceless)) {
          assertThat(shown).isEqualTo(said);
        }
      }
    }
  }

  @Test
  void cuesFollowEachOtherWithinTheRecording() {
    RandomRecordings recordings = new RandomRecordings(2);
    for (int i = 0; i < RECORDINGS; i++) {
      Recording recording = recordings.next();
      long freeMs = 0;
      for (Cue cue : new Cues(STYLE, false).of(recording)) {
        assertThat(cue.startMs()).isGreaterThanOrEqualTo(freeMs);
        assertThat(cue.endMs() - cue.startMs()).isBetween(1L, 7000L);
        freeMs = cue.endMs();
      }
      assertThat(freeMs).isLessThanOrEqualTo(Math.round(recording.durationS() * 1000));
    }
  }

  @Test
  void linesAreShortAndFewUnlessOneWordIsLonger() {
    RandomRecordings recordings = new RandomRecordings(3);
    LineBreaker breaker = new LineBreaker(STYLE);
    for (int i = 0; i < RECORDINGS; i++) {
      for (Cue cue : new Cues(STYLE, false).of(recordings.next())) {
        List<String> lines = breaker.lines(cue.text());
        boolean longWord = cue.text().contains("Donau");
        if (!longWord) {
          assertThat(lines).hasSizeLessThanOrEqualTo(2);
          assertThat(lines).allMatch(line -> Scripts.width(line) <= 42);
        }
      }
    }
  }

  @Test
  void aLongSegmentIsDividedAtTheEndsOfSentencesAndClauses() {
    List<Cue> cues =
        cues(
            12,
            segment(
                0,
                12,
                "The first sentence of this text is here, and it goes on for some time. The second"
                    + " sentence is somewhat longer than that, which needs a cue of its own."));
    assertThat(texts(cues))
        .containsExactly(
            "The first sentence of this text is here, and it goes on for some time.",
            "The second sentence is somewhat longer than that, which needs a cue of its own.");
    // In proportion to characters: the second sentence begins at 71 of 150.
    assertThat(cues.get(1).startMs()).isEqualTo(Math.round(12_000 * 71 / 150.0));
  }

  @Test
  void aShortCueStaysUntilItIsRead() {
    List<Cue> cues = cues(30, segment(10, 10.2, "Yes."), segment(20, 20.5, "x".repeat(42)));
    assertThat(cues.get(0).endMs()).isEqualTo(11_000);
    assertThat(cues.get(1).endMs()).isEqualTo(22_000);
  }

  @Test
  void aCueThatIsFollowedLeavesAGap() {
    List<Cue> cues =
        cues(30, segment(1, 4, "One sentence of words."), segment(4, 8, "y".repeat(70)));
    assertThat(cues.get(0).endMs()).isEqualTo(3920);
  }

  @Test
  void noCueStaysTooLong() {
    List<Cue> cues = cues(60, segment(5, 60, "Thank you."));
    assertThat(texts(cues)).containsExactly("Thank you.");
    assertThat(cues.get(0).endMs()).isEqualTo(12_000);
  }

  @Test
  void segmentsWithEqualTimesAreShownTogether() {
    List<Cue> cues = cues(30, segment(30, 30, "One."), segment(30, 30, "Two."));
    assertThat(texts(cues)).containsExactly("One. Two.");
    assertThat(cues.get(0).startMs()).isEqualTo(29_000);
    assertThat(cues.get(0).endMs()).isEqualTo(30_000);
  }

  @Test
  void aCueEndsWhereAnotherSpeakerBegins() {
    Segment other = Segment.of(1, 6, 9, "No, not at all.", Optional.of("B"), List.of());
    List<Cue> cues = cues(30, segment(2, 8, "That is how it has always been."), other);
    assertThat(cues.get(0).endMs()).isEqualTo(5920);
    assertThat(cues.get(1).startMs()).isEqualTo(6000);
  }

  @Test
  void timesOfWordsDecideWhereACueEnds() {
    List<Word> words =
        List.of(
            word("Before", 1, 1.5),
            word("the", 1.5, 1.6),
            word("pause", 1.6, 2),
            word("after", 6, 6.4),
            word("it", 6.4, 6.6));
    Segment segment = segment(0, 10, "Before the pause after it").with(words);
    List<Cue> cues = cues(10, segment);
    assertThat(texts(cues)).containsExactly("Before the pause", "after it");
    assertThat(cues.get(0).startMs()).isEqualTo(1000);
    assertThat(cues.get(0).endMs()).isEqualTo(2000);
    assertThat(cues.get(1).startMs()).isEqualTo(6000);
  }

  @Test
  void scriptsWithoutSpacesAreDividedWithinTheLimit() {
    String text = "今日は天気がいいですね。".repeat(8);
    List<Cue> cues = cues(40, segment(0, 40, text));
    assertThat(String.join("", texts(cues))).isEqualTo(text);
    assertThat(cues)
        .hasSizeGreaterThan(2)
        .allMatch(cue -> cue.text().endsWith("。"))
        .allMatch(cue -> new LineBreaker(STYLE).fits(cue.text()));
  }

  private static List<Cue> cues(double durationS, Segment... segments) {
    Recording recording = new Recording("r", durationS, Optional.empty(), Arrays.asList(segments));
    return new Cues(STYLE, false).of(recording);
  }

  private static Segment segment(double startS, double endS, String text) {
    return Segment.of(0, startS, endS, text, Optional.empty(), List.of());
  }

  private static Word word(String text, double startS, double endS) {
    return new Word(text, startS, endS, OptionalDouble.empty());
  }

  private static List<String> texts(List<Cue> cues) {
    return new ArrayList<>(cues.stream().map(Cue::text).toList());
  }

  private static String bare(String text) {
    return text.replace(" ", "");
  }
}
