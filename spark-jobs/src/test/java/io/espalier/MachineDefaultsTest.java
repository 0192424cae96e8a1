package io.espalier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The locale and the character set of a machine decide nothing. The compiler refuses most of what
 * would ask for them; this is what passes the compiler by.
 */
class MachineDefaultsTest {
  private static final String LITERAL = "\"(?:\\\\.|[^\"\\\\\n])*+\"";

  /** Formats, and references to what formats or changes the case of letters. */
  private static final Pattern USE =
      Pattern.compile(
          "\\.formatted\\(|\\b(?:String\\.format|printf)\\("
              + "|\\bSystem\\.(?:out|err)\\.(?:format|printf)\\("
              + "|::(?:formatted|toLowerCase|toUpperCase)\\b|\\bString::format\\b");

  /** A text, or a constant, whose value the compiler knows too. */
  private static final Pattern LITERAL_BEFORE =
      Pattern.compile(
          "(?:\"\"\"|\\b[A-Z_]{2,}|"
              + LITERAL
              + "|\\((?:\\s*"
              + LITERAL
              + "\\s*\\+?)+\\s*\\))\\s*\\z");

  private static final Pattern LOCALE_OR_LITERAL_AFTER =
      Pattern.compile("\\s*(?:Locale\\.ROOT\\b|" + LITERAL + ")");

  private static final Pattern LOCALE_AFTER = Pattern.compile("\\s*Locale\\.ROOT\\b");

  @Test
  void nobodyAsksForTheDefaults() {
    JavaClasses classes = new ClassFileImporter().importPackages("io.espalier");
    noClasses()
        .that()
        .doNotBelongToAnyOf(Locales.class, MachineDefaultsTest.class)
        .should()
        .callMethod(Locale.class, "getDefault")
        .orShould()
        .callMethod(Locale.class, "getDefault", Locale.Category.class)
        .orShould()
        .callMethod(Charset.class, "defaultCharset")
        .orShould()
        .callConstructor(Scanner.class, String.class)
        .check(classes);
  }

  @Test
  void theCompilerSeesEveryFormat() throws IOException {
    List<String> hidden = new ArrayList<>();
    for (Path file : sources()) {
      hiddenFormats(Files.readString(file, StandardCharsets.UTF_8))
          .forEach(use -> hidden.add(file + ": " + use));
    }
    assertThat(hidden).isEmpty();
  }

  @Test
  void aFormatThatIsNotWrittenDownOnTheSpotIsHidden() {
    assertThat(hiddenFormats("a = \"%d\".formatted(1); b = (\"%d\" + \"\\\"%s\")\n .formatted(1);"))
        .isEmpty();
    assertThat(hiddenFormats("a = String.format(Locale.ROOT, f, 1); out.printf(\"%d\", 1);"))
        .isEmpty();
    for (String use :
        List.of(
            "f.formatted(1)",
            "(\"%d\" + f).formatted(1)",
            "String.format(f, 1)",
            "out.printf(f, 1)",
            "System.out.printf(\"%d\", 1)",
            "map(\"%d\"::formatted)",
            "map(String::toUpperCase)",
            "map(String::format)")) {
      assertThat(hiddenFormats(use)).as(use).hasSize(1);
    }
  }

  private static List<String> hiddenFormats(String source) {
    List<String> hidden = new ArrayList<>();
    Matcher use = USE.matcher(source);
    while (use.find()) {
      if (isHidden(source, use.group(), use.start(), use.end())) {
        int line = source.lastIndexOf('\n', use.start()) + 1;
        hidden.add(source.substring(line, use.end()).strip());
      }
    }
    return hidden;
  }

  private static boolean isHidden(String source, String use, int start, int end) {
    if (use.contains("::")) {
      return true;
    }
    if (use.equals(".formatted(")) {
      return !LITERAL_BEFORE.matcher(source.substring(Math.max(0, start - 3000), start)).find();
    }
    Pattern wanted = use.startsWith("System") ? LOCALE_AFTER : LOCALE_OR_LITERAL_AFTER;
    return !wanted.matcher(source).region(end, source.length()).lookingAt();
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("src", "../udfs/src")) {
      try (Stream<Path> files = Files.walk(Path.of(module))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.endsWith("MachineDefaultsTest.java"))
            .forEach(sources::add);
      }
    }
    assertThat(sources).hasSizeGreaterThan(500);
    return sources;
  }
}
