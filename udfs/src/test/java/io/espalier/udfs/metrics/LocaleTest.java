package io.espalier.udfs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Metrics and normalisers do not depend on the language of the machine. */
class LocaleTest {
  private static final List<String> TAGS =
      List.of(
          "ar-EG-u-nu-arab",
          "fa-IR",
          "tr-TR",
          "lt-LT",
          "th-TH-u-ca-buddhist-nu-thai",
          "de-DE",
          "hi-IN-u-nu-deva");

  private static final List<String> TEXTS =
      List.of(
          "INSIDE THE TITLE",
          "İSTANBUL ıssız Iğdır",
          "Ì Í Ĩ J Į",
          "It's 20 past 3, on May 1st 1999: £3.50 and 12,345 people",
          "twenty three hundred and four point five percent",
          "ΟΔΥΣΣΕΥΣ ΣΑΣ",
          "١٢٣ und 456");

  @Test
  void everyMetricIsTheSameInEveryLocale() {
    List<GoldenRow> rows = new ArrayList<>();
    List<GoldenRow> all = GoldenRow.all();
    for (int i = 0; i < all.size(); i += 20) {
      rows.add(all.get(i));
    }
    List<String> expected = in(Locale.ROOT, rows);
    assertThat(expected).hasSizeGreaterThan(100);
    for (String tag : TAGS) {
      assertThat(in(Locale.forLanguageTag(tag), rows)).as(tag).isEqualTo(expected);
    }
  }

  private static List<String> in(Locale locale, List<GoldenRow> rows) {
    Locale before = Locale.getDefault();
    Locale.setDefault(locale);
    try {
      List<String> figures = new ArrayList<>();
      TEXTS.forEach(text -> figures.add(figures(text, text.toLowerCase(Locale.ROOT))));
      rows.forEach(row -> figures.add(figures(row.reference(), row.hypothesis())));
      return figures;
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String figures(String reference, String hypothesis) {
    BleuOptions bleu = new BleuOptions(BleuTokenizer.MTEVAL_13A, Smoothing.EXP, 1.5, true, true);
    BleuStatistics statistics = Bleu.statistics(List.of(reference), hypothesis, bleu);
    ChrfOptions chrf = new ChrfOptions(6, 2, 2, true, true, true);
    long[] counts = Chrf.statistics(List.of(reference), hypothesis, chrf);
    return String.join(
        "|",
        BasicNormalizer.normalize(reference),
        new EnglishNormalizer().normalize(reference),
        ErrorRate.words(reference, hypothesis).toString(),
        ErrorRate.characters(reference, hypothesis).toString(),
        bleu.signature(2) + Bleu.score(statistics, bleu),
        chrf.signature(2) + Chrf.score(counts, chrf));
  }
}
