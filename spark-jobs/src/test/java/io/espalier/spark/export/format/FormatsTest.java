package io.espalier.spark.export.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.conf.UsageException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FormatsTest {
  private static final CueStyle STYLE = new CueStyle(2, 42, 21, 1, 7, 0.08);
  private static final Recording TALK =
      recording(
          "my talk",
          said("Speaker 3", 0.5, 2, "Tom & Jerry <eat>."),
          said("Speaker 3", 2, 3.5, "Again\tand\nagain."),
          said("Anna", 3600.25, 3602.5, "مرحبا بالعالم"));

  @Test
  void subripNumbersCuesAndNamesSpeakersWhereTheyChange() {
    assertThat(file(FormatName.SRT, TALK, true, false))
        .isEqualTo(
            """
            1
            00:00:00,500 --> 00:00:01,920
            Speaker 3: Tom & Jerry <eat>.

            2
            00:00:02,000 --> 00:00:03,500
            Again and again.

            3
            01:00:00,250 --> 01:00:02,500
            Anna: مرحبا بالعالم

            """);
  }

  @Test
  void webVttEscapesAndNamesEverySpeaker() {
    assertThat(file(FormatName.VTT, TALK, true, false))
        .isEqualTo(
            """
            WEBVTT

            00:00:00.500 --> 00:00:01.920
            <v Speaker 3>Tom &amp; Jerry &lt;eat&gt;.

            00:00:02.000 --> 00:00:03.500
            <v Speaker 3>Again and again.

            01:00:00.250 --> 01:00:02.500
            <v Anna>مرحبا بالعالم

            """);
  }

  @Test
  void textHasALineForEachSegment() {
    assertThat(file(FormatName.TXT, TALK, false, false))
        .isEqualTo("Tom & Jerry <eat>.\nAgain and again.\nمرحبا بالعالم\n");
    assertThat(file(FormatName.TXT, TALK, true, false))
        .isEqualTo("Speaker 3: Tom & Jerry <eat>.\nAgain and again.\nAnna: مرحبا بالعالم\n");
  }

  @Test
  void theTextOfAllRecordingsIsKaldis() {
    assertThat(file(FormatName.TXT, TALK, true, true))
        .isEqualTo("my_talk Tom & Jerry <eat>. Again and again. مرحبا بالعالم\n");
  }

  @Test
  void theTableIsWhispers() {
    assertThat(file(FormatName.TSV, TALK, false, false))
        .isEqualTo(
            """
            start\tend\ttext
            500\t2000\tTom & Jerry <eat>.
            2000\t3500\tAgain and again.
            3600250\t3602500\tمرحبا بالعالم
            """);
    assertThat(file(FormatName.TSV, TALK, true, true))
        .startsWith("id\tstart\tend\tspeaker\ttext\nmy talk\t500\t2000\tSpeaker 3\tTom & Jerry");
  }

  @Test
  void theObjectIsWhispers() {
    Segment segment =
        said("Anna", 0, 2, "Hi there").with(List.of(word("Hi", 0.1234, 0.5), word("there", 1, 2)));
    JsonObject json =
        JsonParser.parseString(file(FormatName.JSON, recording("r", segment), true, false))
            .getAsJsonObject();
    assertThat(json.get("text").getAsString()).isEqualTo("Hi there");
    assertThat(json.get("language").getAsString()).isEqualTo("eng");
    JsonObject first = json.getAsJsonArray("segments").get(0).getAsJsonObject();
    assertThat(first.get("id").getAsInt()).isZero();
    assertThat(first.get("start").getAsDouble()).isZero();
    assertThat(first.get("end").getAsDouble()).isEqualTo(2);
    assertThat(first.get("speaker").getAsString()).isEqualTo("Anna");
    JsonObject word = first.getAsJsonArray("words").get(0).getAsJsonObject();
    assertThat(word.get("word").getAsString()).isEqualTo("Hi");
    assertThat(word.get("start").getAsDouble()).isEqualTo(0.123);
    assertThat(word.get("probability").getAsDouble()).isEqualTo(0.75);
  }

  @Test
  void objectsOfSeveralRecordingsAreAnArray() {
    TranscriptFormat json = FormatName.JSON.writer(layout(false, true));
    String text = json.head() + json.body(TALK) + json.between() + json.body(TALK) + json.tail();
    JsonArray array = JsonParser.parseString(text).getAsJsonArray();
    assertThat(array).hasSize(2);
    assertThat(text.lines()).hasSize(4);
  }

  @Test
  void wordsHaveTheirOwnTimes() {
    Segment segment =
        said("Anna", 0, 2, "Hi there").with(List.of(word("Hi", 0.1, 0.5), word("there", 1, 2)));
    TranscriptFormat ctm = FormatName.CTM.writer(new FormatName.Layout(false, true, true, STYLE));
    assertThat(ctm.head()).startsWith(";; ").doesNotContain("divided");
    assertThat(ctm.body(recording("a b", segment)))
        .isEqualTo("a_b 1 0.100 0.400 Hi 0.750\na_b 1 1.000 1.000 there 0.750\n");
  }

  @Test
  void wordsWithoutTimesShareThatOfTheirSegment() {
    TranscriptFormat ctm = FormatName.CTM.writer(layout(false, false));
    assertThat(ctm.head()).contains("divided among its words");
    // Ten characters in ten seconds, from the first on.
    assertThat(ctm.body(recording("r", said("A", 5, 15, "abcd fghij"))))
        .isEqualTo("r 1 5.000 4.000 abcd\nr 1 10.000 5.000 fghij\n");
    assertThat(ctm.body(recording("r", said("A", 0, 3, "你好吗")))).hasLineCount(3);
  }

  @Test
  void segmentsHaveChannelSpeakerAndLanguage() {
    assertThat(file(FormatName.STM, TALK, true, false))
        .isEqualTo(
            """
            ;; recording channel speaker start end <language> text
            my_talk 1 Speaker_3 0.500 2.000 <eng> Tom & Jerry <eat>.
            my_talk 1 Speaker_3 2.000 3.500 <eng> Again and again.
            my_talk 1 Anna 3600.250 3602.500 <eng> مرحبا بالعالم
            """);
  }

  @Test
  void aSilentRecordingIsStillKnown() {
    Recording silent = new Recording("s", 2, Optional.empty(), List.of());
    assertThat(file(FormatName.STM, silent, false, true)).endsWith("\ns 1 s 0.000 2.000\n");
    assertThat(file(FormatName.TXT, silent, false, true)).isEqualTo("s\n");
    assertThat(file(FormatName.SRT, silent, false, false)).isEmpty();
    assertThat(file(FormatName.VTT, silent, false, false)).isEqualTo("WEBVTT\n\n");
    assertThat(file(FormatName.JSON, silent, false, false))
        .contains("\"segments\":[]", "\"language\":null");
  }

  @Test
  void aShortestCueLongerThanTheLongestIsRefused() {
    assertThatThrownBy(() -> new CueStyle(2, 42, 21, 8, 7, 0))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--min-cue-s");
  }

  private static String file(
      FormatName name, Recording recording, boolean speakers, boolean together) {
    TranscriptFormat format = name.writer(layout(speakers, together));
    return format.head() + format.body(recording) + format.tail();
  }

  private static FormatName.Layout layout(boolean speakers, boolean together) {
    return new FormatName.Layout(together, speakers, false, STYLE);
  }

  private static Recording recording(String id, Segment... segments) {
    return new Recording(id, 4000, Optional.of("eng"), Arrays.asList(segments));
  }

  private static Segment said(String speaker, double startS, double endS, String text) {
    return Segment.of(0, startS, endS, text, Optional.of(speaker), List.of());
  }

  private static Word word(String text, double startS, double endS) {
    return new Word(text, startS, endS, OptionalDouble.of(0.75));
  }
}
