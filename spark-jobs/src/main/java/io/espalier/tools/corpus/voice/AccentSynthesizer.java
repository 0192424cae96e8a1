package io.espalier.tools.corpus.voice;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A speaker of another language: espeak-ng says which sounds a text has, Festival's diphones say
 * the nearest sounds of their own language. Durations and melody follow simple rules: stressed
 * vowels are longer and higher, and the pitch falls from the first sound to the last.
 */
final class AccentSynthesizer implements Synthesizer {
  private static final double CONSONANT_S = 0.07;
  private static final double VOWEL_S = 0.08;
  private static final double LONG = 1.5;
  private static final double STRESSED = 1.3;
  private static final double LAST = 1.3;

  /** What two sounds in place of one take. */
  private static final double SEVERAL = 1.4;

  private static final double GAP_S = 0.01;
  private static final double SILENCE_S = 0.1;
  private static final double FIRST_PITCH = 1.15;
  private static final double LAST_PITCH = 0.82;
  private static final double STRESSED_PITCH = 1.12;
  private static final String STRESS = "ˈ";
  private static final String LENGTH = "ː";
  private static final String VOWELS = "aeiouyɑɐɒæɛɜəɪᵻɔøœʊʌɨʏ?";

  /** espeak-ng's voices of the languages. */
  private static final Map<String, String> BASES =
      Map.of("eng", "en-us", "deu", "de", "fra", "fr-fr", "ita", "it");

  private static final Map<FestivalVoice, Sounds> SOUNDS = sounds();

  private final EspeakSynthesizer espeak;

  /** Durations in seconds, pitches relative to the mean; a pitch of 0 leaves the melody alone. */
  private record Segment(String phone, double seconds, double pitch) {}

  AccentSynthesizer(EspeakSynthesizer espeak) {
    this.espeak = espeak;
  }

  private static Map<FestivalVoice, Sounds> sounds() {
    Map<FestivalVoice, Sounds> sounds = new EnumMap<>(FestivalVoice.class);
    for (FestivalVoice voice : FestivalVoice.values()) {
      if (!voice.sounds().isEmpty()) {
        sounds.put(voice, Sounds.of(voice.sounds()));
      }
    }
    return sounds;
  }

  @Override
  public Speech speak(String text, Voice voice, int speed)
      throws IOException, InterruptedException {
    String spoken = espeak.sounds(text, BASES.get(voice.language()));
    return Festival.speak(FestivalVoice.of(voice), "", utterance(spoken, voice, speed));
  }

  /**
   * Festival's expression for an utterance.
   *
   * @param spoken sounds separated by {@code _}, words by spaces
   */
  static String utterance(String spoken, Voice voice, int speed) throws IOException {
    FestivalVoice foreign = FestivalVoice.of(voice);
    List<Segment> segments =
        segments(spoken, SOUNDS.get(foreign), Tempo.stretch(voice, speed), voice.gap());
    return utterance(segments, foreign.hertz() * Tempo.pitch(voice));
  }

  private static List<Segment> segments(String spoken, Sounds known, double stretch, int gap)
      throws IOException {
    List<Segment> segments = new ArrayList<>();
    segments.add(new Segment(known.silence(), SILENCE_S, 0));
    String[] words = spoken.strip().split("\\s+", -1);
    for (int i = 0; i < words.length; i++) {
      if (i > 0 && gap > 0) {
        segments.add(new Segment(known.silence(), gap * GAP_S, 0));
      }
      // In parentheses: another language from here on.
      for (String sound : words[i].replaceAll("\\(\\w+\\)", "").split("_+", -1)) {
        List<String> phones = known.phones(sound);
        double seconds = stretch * seconds(sound, i + 1 == words.length);
        for (String phone : phones) {
          segments.add(
              new Segment(
                  phone,
                  seconds * (phones.size() == 1 ? 1 : SEVERAL / phones.size()),
                  vowel(sound) ? (sound.contains(STRESS) ? STRESSED_PITCH : 1) : 0));
        }
      }
    }
    segments.add(new Segment(known.silence(), SILENCE_S, 0));
    return segments;
  }

  private static boolean vowel(String sound) {
    return sound.chars().anyMatch(c -> VOWELS.indexOf(c) >= 0);
  }

  private static double seconds(String sound, boolean lastWord) {
    if (!vowel(sound)) {
      return CONSONANT_S;
    }
    return VOWEL_S
        * (sound.contains(LENGTH) ? LONG : 1)
        * (sound.contains(STRESS) ? STRESSED : 1)
        * (lastWord ? LAST : 1);
  }

  private static String utterance(List<Segment> segments, double hertz) {
    StringBuilder list = new StringBuilder("(Utterance Segments (");
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      double fall = FIRST_PITCH + (LAST_PITCH - FIRST_PITCH) * i / Math.max(1, segments.size() - 1);
      list.append(String.format(Locale.ROOT, "(%s %.3f", segment.phone(), segment.seconds()));
      if (segment.pitch() > 0 || i == 0 || i + 1 == segments.size()) {
        list.append(
            String.format(
                Locale.ROOT,
                " (%.3f %.0f)",
                segment.seconds() / 2,
                hertz * fall * Math.max(1, segment.pitch())));
      }
      list.append(')');
    }
    return list.append("))").toString();
  }
}
