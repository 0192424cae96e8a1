package io.espalier.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShownTest {
  @Test
  void plainValuesAreAsJavaWritesThem() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", List.of(1, 2.5, true));
    map.put("b", null);
    map.put("c", List.of());
    map.put("d", Map.of());
    assertThat(Shown.of(map)).isEqualTo(map.toString());
    assertThat(Shown.of(null)).isEqualTo("null");
  }

  @Test
  void theRestOfALongValueIsLeftOut() {
    assertThat(Shown.of("x".repeat(200))).isEqualTo("x".repeat(200));
    assertThat(Shown.of("x".repeat(201))).isEqualTo("x".repeat(197) + "...");
    assertThat(Shown.of(new ArrayList<>(Arrays.asList(new Integer[1_000_000])))).hasSize(200);
  }

  @Test
  void valuesThatUnfoldWithoutEndAreShownByTheirBeginning() {
    List<Object> bomb = List.of("x");
    for (int i = 0; i < 100; i++) {
      bomb = List.of(bomb, bomb);
    }
    assertThat(Shown.of(bomb)).startsWith("[[[[").hasSize(200).endsWith("...");
  }

  @Test
  void whatSteersTerminalsIsWrittenAsInJava() {
    assertThat(Shown.of("a\u001b[2J\r\n\u0000\u202e\u2028z"))
        .isEqualTo("a\\u001B[2J\\u000D\\u000A\\u0000\\u202E\\u2028z");
    assertThat(Shown.name("a\tb")).isEqualTo("a\\u0009b");
    assertThat(Shown.of("K\u00f6ln \u6771\u4eac")).isEqualTo("K\u00f6ln \u6771\u4eac");
  }

  @Test
  void aLongNameIsFollowedByItsLength() {
    assertThat(Shown.name("x".repeat(300))).isEqualTo("x".repeat(300));
    assertThat(Shown.name("x".repeat(301))).isEqualTo("x".repeat(300) + "... (301 characters)");
  }

  @Test
  void noCharacterIsCutInTwo() {
    String wide = "\uD83D\uDE00";
    assertThat(Shown.of("xx" + wide.repeat(100))).isEqualTo("xx" + wide.repeat(97) + "...");
    assertThat(Shown.name("x" + wide.repeat(200)))
        .isEqualTo("x" + wide.repeat(149) + "... (401 characters)");
  }
}
