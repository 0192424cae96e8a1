package io.espalier.tools.corpus.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AccentSynthesizerTest {
  private static final Pattern SEGMENT = Pattern.compile("\\(([^\\s(]+) (\\d\\.\\d{3})");
  private static final Pattern TARGET = Pattern.compile("\\(\\d\\.\\d{3} (\\d+)\\)");

  /** The phones of Festival's Italian and American voices. */
  private static final Set<String> ITALIAN =
      Set.of(
          ("i e E a o O u i1 e1 E1 a1 o1 O1 u1 j w p t k b d g f s S v z Z ts tS dz dZ m n J ng nf"
                  + " l L r #")
              .split(" "));

  private static final Set<String> AMERICAN =
      Set.of(
          ("aa ae ah ao aw ax axr ay b ch d dh dx eh el em en er ey f g hh hv ih iy jh k l m n nx"
                  + " ng ow oy p r s sh t th uh uw v w y z zh pau")
              .split(" "));

  @Test
  void saysTheNearestSoundsOfTheVoicesOwnLanguage() throws IOException {
    assertThat(phones("lp", "m_aɪ_n h_ˈøː_r_ə"))
        .containsExactly("#", "m", "a", "i", "n", "e", "o", "r", "e", "#");
    assertThat(phones("kal", "m_aɪ_n h_ˈøː_r_ə"))
        .containsExactly("pau", "m", "ay", "n", "hh", "er", "r", "ax", "pau");
  }

  @Test
  void stressedAndLongVowelsAreLongerAndHigher() throws IOException {
    List<Double> seconds = seconds(speak("lp", 160, 0, "t_a_t_ˈa_t_aː t_a"));
    assertThat(seconds.get(4)).isGreaterThan(seconds.get(2));
    assertThat(seconds.get(6)).isGreaterThan(seconds.get(4));
    List<Integer> targets =
        TARGET
            .matcher(speak("lp", 160, 0, "t_a_t_ˈa_t_a"))
            .results()
            .map(m -> m.group(1))
            .map(Integer::valueOf)
            .toList();
    assertThat(targets.get(2)).isGreaterThan(targets.get(1));
    assertThat(targets.get(targets.size() - 1)).isLessThan(targets.get(0));
  }

  @Test
  void theVoicesSpeedAndGapCount() throws IOException {
    double slow = sum(seconds(speak("pc", 120, 0, "t_a t_a")));
    double fast = sum(seconds(speak("pc", 240, 0, "t_a t_a")));
    assertThat(slow).isGreaterThan(1.5 * fast - 0.2);
    assertThat(phones(speak("pc", 160, 2, "t_a t_a")))
        .containsExactly("#", "t", "a", "#", "t", "a", "#");
  }

  @Test
  void anotherLanguageInParenthesesAndMarksAreNoSounds() throws IOException {
    assertThat(phones("lp", "(en)w_ˈɪ_n(de) t_a__ _ʔ_a"))
        .containsExactly("#", "u", "i", "n", "t", "a", "a", "#");
  }

  @Test
  void aSoundThatNoTableHasIsNamed() {
    assertThatThrownBy(() -> speak("lp", 160, 0, "t_ʘ"))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot say the sound ʘ (U+0298) of ʘ: sounds.yaml does not have it");
  }

  @Test
  void tablesUsePhonesThatTheVoicesHave() throws IOException {
    assertThat(Sounds.of("italian").all()).isSubsetOf(ITALIAN);
    assertThat(Sounds.of("american").all()).isSubsetOf(AMERICAN);
    assertThat(Sounds.of("italian").sounds())
        .containsAll(
            Sounds.of("american").sounds().stream().filter(sound -> sound.length() == 1).toList());
  }

  private static String speak(String name, int speed, int gap, String spoken) throws IOException {
    Voice voice = new Voice(Maker.ACCENT, "deu", "", name, 50, speed, gap, 1);
    return AccentSynthesizer.utterance(spoken, voice, speed);
  }

  private static List<String> phones(String name, String spoken) throws IOException {
    return phones(speak(name, 160, 0, spoken));
  }

  private static List<String> phones(String utterance) {
    return SEGMENT
        .matcher(utterance)
        .results()
        .map(match -> match.group(1))
        .filter(phone -> !phone.matches("[0-9.]+"))
        .toList();
  }

  private static List<Double> seconds(String utterance) {
    return SEGMENT
        .matcher(utterance)
        .results()
        .filter(m -> !m.group(1).matches("[0-9.]+"))
        .map(AccentSynthesizerTest::second)
        .toList();
  }

  private static double second(MatchResult match) {
    return Double.parseDouble(match.group(2));
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }
}
