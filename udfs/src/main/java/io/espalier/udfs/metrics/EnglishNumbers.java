package io.espalier.udfs.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spelled-out English numbers as digits, the way Whisper does it: suffixes such as in "274th" stay,
 * currencies become symbols before the number, cents join their dollars, "one" stays a word.
 */
final class EnglishNumbers {
  private static final Pattern AND_A_HALF =
      EnglishNormalizer.words("and" + PythonText.SPACE + "+a" + PythonText.SPACE + "+half");
  private static final Pattern LETTER_DIGIT = Pattern.compile("([a-z])([0-9])");
  private static final Pattern DIGIT_LETTER = Pattern.compile("([0-9])([a-z])");
  private static final Pattern SUFFIX =
      Pattern.compile("([0-9])" + PythonText.SPACE + "+(st|nd|rd|th|s)(?!" + PythonText.WORD + ")");
  private static final Pattern CENTS_AFTER_MONEY =
      Pattern.compile("([€£$])([0-9]+) (?:and )?¢([0-9]{1,2})(?!" + PythonText.WORD + ")");
  private static final Pattern CENTS_ONLY =
      Pattern.compile("[€£$]0[^\\n]([0-9]{1,2})(?!" + PythonText.WORD + ")");
  private static final Pattern ONE = EnglishNormalizer.words("1(s?)");

  private final NumberWords words = new NumberWords();

  /** The text with its numbers in digits and single spaces. */
  String standardize(String text) {
    List<String> input = PythonText.split(beforeWords(text));
    return afterWords(String.join(" ", new NumberReader(words).read(input)));
  }

  private String beforeWords(String text) {
    String s = withPointFive(text);
    s = LETTER_DIGIT.matcher(s).replaceAll("$1 $2");
    s = DIGIT_LETTER.matcher(s).replaceAll("$1 $2");
    return SUFFIX.matcher(s).replaceAll("$1$2");
  }

  /** "and a half" after a number becomes "point five". */
  private String withPointFive(String text) {
    String[] segments = AND_A_HALF.split(text, -1);
    List<String> result = new ArrayList<>();
    for (int i = 0; i < segments.length; i++) {
      List<String> segmentWords = PythonText.split(segments[i]);
      if (segmentWords.isEmpty()) {
        continue;
      }
      result.add(segments[i]);
      if (i < segments.length - 1) {
        String last = segmentWords.get(segmentWords.size() - 1);
        boolean number = words.isDecimal(last) || words.multipliers().containsKey(last);
        result.add(number ? "point five" : "and a half");
      }
    }
    return String.join(" ", result);
  }

  private static String afterWords(String text) {
    String s =
        CENTS_AFTER_MONEY
            .matcher(text)
            .replaceAll(
                match ->
                    Matcher.quoteReplacement(
                        String.format(
                            Locale.ROOT,
                            "%s%s.%02d",
                            match.group(1),
                            match.group(2),
                            Integer.parseInt(match.group(3)))));
    s =
        CENTS_ONLY
            .matcher(s)
            .replaceAll(match -> Matcher.quoteReplacement("¢" + Integer.parseInt(match.group(1))));
    return ONE.matcher(s).replaceAll("one$1");
  }
}
