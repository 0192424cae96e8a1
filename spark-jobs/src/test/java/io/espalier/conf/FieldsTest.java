package io.espalier.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  @Test
  void valuesAreTakenByTheirTypes() {
    Fields fields =
        Fields.parse(
            "r",
            """
            text: one
            whole: 3
            round: 4.0
            number: 1.5
            flag: true
            list: [a, b]
            rows: [[a], [b, c]]
            map: {x: 1, y: {z: 2}}
            items: [{n: 1}, {n: 2}]
            """);
    assertThat(fields.string("text")).isEqualTo("one");
    assertThat(fields.integer("whole")).isEqualTo(3);
    assertThat(fields.longInteger("round", 0, 9)).isEqualTo(4);
    assertThat(fields.number("number", 1, 2)).isEqualTo(1.5);
    assertThat(fields.flag("flag")).isTrue();
    assertThat(fields.strings("list")).containsExactly("a", "b");
    assertThat(fields.table("rows")).containsExactly(List.of("a"), List.of("b", "c"));
    assertThat(fields.map("map")).containsEntry("x", 1).containsKey("y");
    assertThat(fields.children("items"))
        .extracting(item -> item.integer("n"))
        .containsExactly(1, 2);
    assertThat(fields.optionalString("absent")).isEmpty();
    assertThatCode(() -> fields.finish(UsageException::new)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: 3 | a must be text (quote words that YAML takes for something else), found 3",
        "a: no | a must be text (quote words that YAML takes for something else), found false",
        "b: 1 | a is missing",
        "a: | a is missing",
      })
  void aTextThatIsNoneIsNamedByItsKey(String yaml, String message) {
    assertMistake(yaml, fields -> fields.string("a"), message);
  }

  @ParameterizedTest
  @CsvSource({"1.5", "1e99", "7", "-1", "\"3\"", ".nan"})
  void aWholeNumberOutOfRangeIsNamedWithTheRange(String value) {
    assertMistake(
        "a: " + value,
        fields -> fields.integer("a", 0, 6),
        "a must be a whole number from 0 to 6, found ");
  }

  @ParameterizedTest
  @CsvSource({".nan", ".inf", "-0.1", "true"})
  void aNumberOutOfRangeIsNamedWithTheRange(String value) {
    assertMistake(
        "a: " + value,
        fields -> fields.number("a", 0, Double.MAX_VALUE),
        "a must be a number of at least 0.0, found ");
  }

  @Test
  void aMissingSectionIsOneMistakeWhateverItShouldHold() {
    Fields fields = Fields.parse("r", "x: 1");
    fields.integer("x");
    fields.child("gates").child("targets").number("asked");
    fields.child("gates").string("contexts");
    assertThatThrownBy(() -> fields.finish(UsageException::new))
        .hasMessage("Cannot read r: gates is missing");
  }

  @Test
  void aSectionThatIsReadTwiceKnowsTheKeysOfBoth() {
    Fields fields = Fields.parse("r", "s: {a: 1, b: 2}");
    fields.child("s").integer("a");
    fields.child("s").integer("b");
    assertThatCode(() -> fields.finish(UsageException::new)).doesNotThrowAnyException();
  }

  @Test
  void anUnknownKeyIsNamedWithItsPathAndTheNearestOne() {
    Fields fields = Fields.parse("r", "gates: {targets: {aksed: 1}}");
    Fields targets = fields.child("gates").child("targets");
    targets.has("curriculum");
    targets.has("asked");
    assertThatThrownBy(() -> fields.finish(UsageException::new))
        .hasMessage(
            "Cannot read r: gates.targets.aksed is not known, the nearest known key is"
                + " gates.targets.asked");
  }

  @Test
  void aConstructorsComplaintJoinsTheMistakesUnlessItsFieldsWereWrong() {
    Fields fields = Fields.parse("r", "a: {n: 1}\nb: {n: x}");
    for (String name : List.of("a", "b")) {
      Fields section = fields.child(name);
      Integer made =
          section.make(
              9,
              () -> {
                throw new IllegalArgumentException("Odd: " + section.integer("n"));
              });
      assertThat(made).isEqualTo(9);
    }
    assertThatThrownBy(() -> fields.finish(UsageException::new))
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot read r, problems: 2",
                "  a: Odd: 1",
                "  b.n must be a whole number, found x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1, 2]", "text", "", "a: [1", "a: 1\na: 2", "a: 1\n---\nb: 2"})
  void whatIsNoMappingIsRefused(String yaml) {
    assertThatThrownBy(() -> Fields.parse("r", yaml))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot read r: ");
  }

  private static void assertMistake(String yaml, Consumer<Fields> reading, String message) {
    Fields fields = Fields.parse("r", yaml);
    fields.ignoreOthers();
    reading.accept(fields);
    assertThatThrownBy(() -> fields.finish(UsageException::new))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot read r: " + message);
  }
}
