package io.espalier.tools.corpus;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.espalier.tools.corpus.voice.EspeakLibrary;
import io.espalier.tools.corpus.voice.EspeakLibrary.Said;
import io.espalier.tools.corpus.voice.Maker;
import io.espalier.tools.corpus.voice.Synthesizer;
import io.espalier.tools.corpus.voice.Voice;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When each word of an utterance is said: the truth that aligned words are compared with. Espeak-ng
 * reports when it begins each word and each sound of it; a word ends with its last sound. Rooms and
 * noise do not delay what is heard: the direct sound comes at once. The filters of a telephone line
 * take a few milliseconds at most, and a codec as much as it takes.
 */
public final class WordTimes {
  private static final double MS = 1000;

  /**
   * The library rounds sounds to cycles of the voice, and begins in another state than the program:
   * lengths differ by a millisecond, or, in a third of the utterances, by a part of a sound.
   */
  private static final double SAME_LENGTH_S = 0.003;

  private static final int TRIES = 10;

  private WordTimes() {}

  /** Times are null where words are said as one: the first has no end, the last no start. */
  record Word(String word, Double start_s, Double end_s) {}

  private record Line(String utt_id, String condition, List<Word> words) {}

  /**
   * Writes the times of a recipe's utterances, one JSON object per line. It leaves out those that
   * the library says faster or slower than the program, and those of other makers.
   *
   * @param synthesizer that made the recordings
   * @return how many it wrote
   */
  public static int write(
      CorpusRecipe recipe, Synthesizer synthesizer, EspeakLibrary espeak, Path file)
      throws IOException, InterruptedException {
    List<PlannedUtterance> utterances =
        new CorpusPlan(recipe, Grammar.of(recipe.vocabulary()), VoiceCatalog.builtIn())
            .utterances();
    SpeechRenderer renderer = new SpeechRenderer(synthesizer, List.of());
    Gson gson = new GsonBuilder().disableHtmlEscaping().create();
    int written = 0;
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (PlannedUtterance utterance : utterances) {
        if (utterance.voice().maker() != Maker.ESPEAK) {
          continue;
        }
        SpeechRenderer.Place place = renderer.place(utterance);
        Optional<Said> said = say(utterance, place, espeak);
        if (said.isPresent()) {
          List<Word> words = words(utterance.transcript(), said.get(), place.offsetS());
          String condition = utterance.condition().label();
          writer.write(gson.toJson(new Line(utterance.id(), condition, words)));
          writer.write('\n');
          written++;
        }
      }
    }
    return written;
  }

  private static Optional<Said> say(
      PlannedUtterance utterance, SpeechRenderer.Place place, EspeakLibrary espeak) {
    Voice voice = utterance.voice();
    for (int i = 0; i < TRIES; i++) {
      Said said =
          espeak.say(
              utterance.transcript(),
              voice.fullName(),
              voice.pitch(),
              utterance.speed(),
              voice.gap());
      if (Math.abs(said.lengthS() - place.lengthS()) <= SAME_LENGTH_S) {
        return Optional.of(said);
      }
    }
    return Optional.empty();
  }

  /**
   * The words between spaces.
   *
   * @param offsetS what to add to times of the library, in seconds
   */
  static List<Word> words(String transcript, Said said, double offsetS) {
    Map<Integer, EspeakLibrary.Word> byPosition = new HashMap<>();
    said.words().forEach(word -> byPosition.put(word.position(), word));
    List<Word> words = new ArrayList<>();
    double end = 0;
    int position = 0;
    String[] texts = transcript.split(" ", -1);
    for (int i = 0; i < texts.length; i++) {
      int next = position + texts[i].length() + 1;
      EspeakLibrary.Word begun = byPosition.get(position);
      end = lastEnd(said, position, next).orElse(end);
      boolean ends = i + 1 == texts.length || byPosition.containsKey(next);
      words.add(
          new Word(
              texts[i],
              begun == null ? null : rounded(offsetS + begun.startS()),
              ends ? rounded(offsetS + end) : null));
      position = next;
    }
    return words;
  }

  /** The end of what begins last in a part of the text: espeak-ng divides words at apostrophes. */
  private static Optional<Double> lastEnd(Said said, int from, int to) {
    return said.words().stream()
        .filter(word -> word.position() >= from && word.position() < to)
        .map(EspeakLibrary.Word::endS)
        .reduce((first, second) -> second);
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * MS) / MS;
  }
}
