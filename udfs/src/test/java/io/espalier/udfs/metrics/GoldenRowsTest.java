package io.espalier.udfs.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every metric of every row against the Python packages: scores to 1e-9, counts exactly. */
class GoldenRowsTest {
  private static final List<Double> VALUES =
      List.of(Double.NaN, Double.NaN, 0.5, Double.NaN, 2.0, Double.NaN);
  private static final List<Smoothing> SMOOTHINGS =
      List.of(
          Smoothing.EXP,
          Smoothing.FLOOR,
          Smoothing.FLOOR,
          Smoothing.ADD_K,
          Smoothing.ADD_K,
          Smoothing.NONE);
  private static final List<ChrfOptions> CHRF =
      List.of(
          ChrfOptions.CHRF,
          ChrfOptions.CHRF_PLUS_PLUS,
          new ChrfOptions(6, 2, 2, true, true, true),
          new ChrfOptions(4, 1, 3, false, false, true));

  private static List<GoldenRow> rows;

  @BeforeAll
  static void load() {
    rows = GoldenRow.all();
  }

  @Test
  void thereAreEnoughRowsInEveryLanguage() {
    assertThat(rows).hasSizeGreaterThan(2500);
    assertThat(rows).extracting(GoldenRow::language).contains("en", "de", "fr", "it", "zh");
  }

  @Test
  void wordEditsEqualJiwers() {
    for (GoldenRow row : rows) {
      Edits edits = ErrorRate.words(row.reference(), row.hypothesis());
      assertThat(counts(edits)).as(row.toString()).containsExactly(row.counts("we"));
      assertThat(edits.rate()).as(row.toString()).isCloseTo(row.number("wer"), within(1e-9));
    }
  }

  @Test
  void characterEditsEqualJiwers() {
    for (GoldenRow row : rows) {
      Edits edits = ErrorRate.characters(row.reference(), row.hypothesis());
      assertThat(counts(edits)).as(row.toString()).containsExactly(row.counts("ce"));
      assertThat(edits.rate()).as(row.toString()).isCloseTo(row.number("cer"), within(1e-9));
    }
  }

  @Test
  void bleuStatisticsOfEveryTokeniserAndCaseEqualSacrebleus() {
    for (GoldenRow row : rows) {
      int index = 0;
      for (BleuTokenizer tokenizer : BleuTokenizer.values()) {
        for (boolean lowercase : new boolean[] {false, true}) {
          BleuOptions options =
              new BleuOptions(tokenizer, Smoothing.EXP, Double.NaN, lowercase, true);
          assertThat(Bleu.statistics(row.references(), row.hypothesis(), options).toArray())
              .as("%s %s %s", tokenizer, lowercase, row)
              .containsExactly(row.counts("stats", index++));
        }
      }
    }
  }

  @Test
  void sentenceBleuOfEveryTokeniserEqualsSacrebleus() {
    for (GoldenRow row : rows) {
      int index = 0;
      for (BleuTokenizer tokenizer : BleuTokenizer.values()) {
        BleuOptions options = new BleuOptions(tokenizer, Smoothing.EXP, Double.NaN, false, true);
        assertThat(bleu(row, options))
            .as("%s %s", tokenizer, row)
            .isCloseTo(row.number("bleu", index++), within(1e-9));
      }
    }
  }

  @Test
  void sentenceBleuOfEverySmoothingWithAndWithoutEffectiveOrderEqualsSacrebleus() {
    for (GoldenRow row : rows) {
      for (int i = 0; i < SMOOTHINGS.size(); i++) {
        for (int effective = 0; effective < 2; effective++) {
          BleuOptions options =
              new BleuOptions(
                  BleuTokenizer.MTEVAL_13A,
                  SMOOTHINGS.get(i),
                  VALUES.get(i),
                  false,
                  effective == 1);
          assertThat(bleu(row, options))
              .as("%s %s", options, row)
              .isCloseTo(row.number("smooth", 2 * i + effective), within(1e-9));
        }
      }
    }
  }

  @Test
  void sentenceChrfOfEveryVariantEqualsSacrebleus() {
    for (GoldenRow row : rows) {
      for (int i = 0; i < CHRF.size(); i++) {
        ChrfOptions options = CHRF.get(i);
        long[] statistics = Chrf.statistics(row.references(), row.hypothesis(), options);
        assertThat(Chrf.score(statistics, options))
            .as("%s %s", options, row)
            .isCloseTo(row.number("chrf", i), within(1e-9));
      }
    }
  }

  @Test
  void basicNormalisationEqualsWhispers() {
    for (GoldenRow row : rows) {
      assertThat(BasicNormalizer.normalize(row.reference())).isEqualTo(row.text("basic"));
    }
  }

  @Test
  void englishNormalisationEqualsWhispers() {
    EnglishNormalizer normalizer = new EnglishNormalizer();
    for (GoldenRow row : rows) {
      assertThat(normalizer.normalize(row.reference()))
          .as(row.reference())
          .isEqualTo(row.text("english"));
    }
  }

  private static double bleu(GoldenRow row, BleuOptions options) {
    return Bleu.score(Bleu.statistics(row.references(), row.hypothesis(), options), options);
  }

  private static long[] counts(Edits edits) {
    return new long[] {edits.hits(), edits.substitutions(), edits.deletions(), edits.insertions()};
  }
}
