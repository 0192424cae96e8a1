package io.espalier.udfs.metrics;

import java.text.Normalizer;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Whisper's normaliser for English: besides what the basic one does, contractions and titles are
 * written out, fillers dropped, diacritics folded, numbers written in digits and British spellings
 * made American. Safe for use by many threads.
 */
public final class EnglishNormalizer {
  // Java looks behind by whole code points only if it sees one beyond the BMP in the pattern.
  private static final String NO_WORD_BEFORE = "(?<![\\p{L}\\p{N}_\uD800\uDC00])";
  private static final String NO_WORD_AFTER = "(?!" + PythonText.WORD + ")";
  private static final String KEPT_SYMBOLS = ".%$¢€£";

  private static final Pattern FILLERS = words("(?:hmm|mm|mhm|mmm|uh|um)");
  private static final Pattern SPACE_APOSTROPHE = Pattern.compile(PythonText.SPACE + "+'");
  private static final Pattern DIGIT_COMMA = Pattern.compile("(\\p{Nd}),(\\p{Nd})");
  private static final Pattern FULL_STOP = Pattern.compile("\\.([^0-9]|\\z)");
  private static final Pattern LOST_PREFIX = Pattern.compile("[.$¢€£]([^0-9])");
  private static final Pattern LOST_PERCENT = Pattern.compile("([^0-9])%");

  /** The order matters: "can't" must be met before the ending "n't". */
  private static final List<Replacement> REPLACEMENTS =
      List.of(
          word("won't", "will not"),
          word("can't", "can not"),
          word("let's", "let us"),
          word("ain't", "aint"),
          word("y'all", "you all"),
          word("wanna", "want to"),
          word("gotta", "got to"),
          word("gonna", "going to"),
          word("i'ma", "i am going to"),
          word("imma", "i am going to"),
          word("woulda", "would have"),
          word("coulda", "could have"),
          word("shoulda", "should have"),
          word("ma'am", "madam"),
          word("mr", "mister "),
          word("mrs", "missus "),
          word("st", "saint "),
          word("dr", "doctor "),
          word("prof", "professor "),
          word("capt", "captain "),
          word("gov", "governor "),
          word("ald", "alderman "),
          word("gen", "general "),
          word("sen", "senator "),
          word("rep", "representative "),
          word("pres", "president "),
          word("rev", "reverend "),
          word("hon", "honorable "),
          word("asst", "assistant "),
          word("assoc", "associate "),
          word("lt", "lieutenant "),
          word("col", "colonel "),
          word("jr", "junior "),
          word("sr", "senior "),
          word("esq", "esquire "),
          ending("'d been", " had been"),
          ending("'s been", " has been"),
          ending("'d gone", " had gone"),
          ending("'s gone", " has gone"),
          ending("'d done", " had done"),
          ending("'s got", " has got"),
          ending("n't", " not"),
          ending("'re", " are"),
          ending("'s", " is"),
          ending("'d", " would"),
          ending("'ll", " will"),
          ending("'t", " not"),
          ending("'ve", " have"),
          ending("'m", " am"));

  /** Letters that compatibility decomposition leaves whole. */
  private static final Map<Integer, String> FOLDED =
      Map.ofEntries(
          Map.entry((int) 'œ', "oe"),
          Map.entry((int) 'Œ', "OE"),
          Map.entry((int) 'ø', "o"),
          Map.entry((int) 'Ø', "O"),
          Map.entry((int) 'æ', "ae"),
          Map.entry((int) 'Æ', "AE"),
          Map.entry((int) 'ß', "ss"),
          Map.entry((int) 'ẞ', "SS"),
          Map.entry((int) 'đ', "d"),
          Map.entry((int) 'Đ', "D"),
          Map.entry((int) 'ð', "d"),
          Map.entry((int) 'Ð', "D"),
          Map.entry((int) 'þ', "th"),
          Map.entry((int) 'Þ', "th"),
          Map.entry((int) 'ł', "l"),
          Map.entry((int) 'Ł', "L"));

  private final EnglishNumbers numbers = new EnglishNumbers();
  private final Spelling spelling = new Spelling();

  /** The text as it is compared. */
  public String normalize(String text) {
    String s = BasicNormalizer.withoutBrackets(PythonText.lower(text));
    s = FILLERS.matcher(s).replaceAll("");
    s = SPACE_APOSTROPHE.matcher(s).replaceAll("'");
    for (Replacement replacement : REPLACEMENTS) {
      s = replacement.apply(s);
    }
    s = DIGIT_COMMA.matcher(s).replaceAll("$1$2");
    s = FULL_STOP.matcher(s).replaceAll(" $1");
    s = withoutSymbolsAndDiacritics(s);
    s = numbers.standardize(s);
    s = spelling.standardize(s);
    s = LOST_PREFIX.matcher(s).replaceAll(" $1");
    s = LOST_PERCENT.matcher(s).replaceAll("$1 ");
    return BasicNormalizer.squeeze(s);
  }

  private static String withoutSymbolsAndDiacritics(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    Normalizer.normalize(text, Normalizer.Form.NFKD)
        .codePoints()
        .forEach(
            c -> {
              String folded = FOLDED.get(c);
              if (folded != null) {
                kept.append(folded);
              } else if (KEPT_SYMBOLS.indexOf(c) >= 0) {
                kept.appendCodePoint(c);
              } else if (UnicodeCategory.isMarkSymbolOrPunctuation(c)) {
                kept.append(UnicodeCategory.isNonSpacingMark(c) ? "" : " ");
              } else {
                kept.appendCodePoint(c);
              }
            });
    return kept.toString();
  }

  /** Python's {@code \b}, which is not Java's, at the ends of a word. */
  static Pattern words(String expression) {
    return Pattern.compile(NO_WORD_BEFORE + expression + NO_WORD_AFTER);
  }

  private static Replacement word(String word, String replacement) {
    return new Replacement(word, words(word), replacement);
  }

  private static Replacement ending(String ending, String replacement) {
    return new Replacement(ending, Pattern.compile(ending + NO_WORD_AFTER), replacement);
  }

  private record Replacement(String literal, Pattern pattern, String replacement) {
    String apply(String text) {
      return text.contains(literal) ? pattern.matcher(text).replaceAll(replacement) : text;
    }
  }
}
