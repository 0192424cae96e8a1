package io.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContextKindTest {
  @Test
  void setsAreAllNoneOrNames() {
    assertThat(ContextKind.setOf("all")).isEqualTo(EnumSet.allOf(ContextKind.class));
    assertThat(ContextKind.setOf("none")).isEmpty();
    assertThat(ContextKind.setOf("speaker, task"))
        .containsExactlyInAnyOrder(ContextKind.SPEAKER, ContextKind.TASK);
    assertThat(ContextKind.setOf(List.of())).isEmpty();
    assertThat(ContextKind.setOf(List.of("event", "language", "event")))
        .containsExactlyInAnyOrder(ContextKind.EVENT, ContextKind.LANGUAGE);
  }

  @Test
  void everyKindIsKnownByItsKey() {
    for (ContextKind kind : ContextKind.values()) {
      assertThat(ContextKind.of(kind.key())).isSameAs(kind);
    }
  }

  @Test
  void anUnknownNameIsNamedWithTheKnownOnes() {
    String known = ", known are speaker, event, language, task";
    assertThatThrownBy(() -> ContextKind.setOf("speaker,room"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Unknown context: room" + known);
    assertThatThrownBy(() -> ContextKind.setOf("")).hasMessage("Unknown context: " + known);
    assertThatThrownBy(() -> ContextKind.setOf(List.of("all")))
        .hasMessage("Unknown context: all" + known);
  }
}
