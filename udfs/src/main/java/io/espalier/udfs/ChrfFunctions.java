package io.espalier.udfs;

import io.espalier.udfs.FunctionDefinition.Example;
import io.espalier.udfs.metrics.Chrf;
import io.espalier.udfs.metrics.ChrfOptions;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** chrF and chrF++, per row and over a corpus, as sacreBLEU 2 defines them. */
final class ChrfFunctions {
  private static final String WORD_ORDER = "word_order";
  private static final String LOWERCASE = "lowercase";
  private static final String WHITESPACE = "whitespace";
  private static final String EPS_SMOOTHING = "eps_smoothing";
  private static final String CHAR_ORDER = "char_order";
  private static final String BETA = "beta";
  private static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.input(
              "reference",
              ArgumentKind.TEXTS,
              "the reference translation, or an array of several; the reference comes first, as in"
                  + " wer"),
          Parameter.input("hypothesis", ArgumentKind.TEXT, "the translation to score"),
          Parameter.option(WORD_ORDER, ArgumentKind.INTEGER, "0 (default) for chrF, 2 for chrF++"),
          Parameter.option(LOWERCASE, ArgumentKind.BOOLEAN, "true ignores case, default false"),
          Parameter.option(
              WHITESPACE, ArgumentKind.BOOLEAN, "true counts white space, default false"),
          Parameter.option(
              EPS_SMOOTHING,
              ArgumentKind.BOOLEAN,
              "true smooths as chrF++.py, NLTK and Moses do, default false"),
          Parameter.option(CHAR_ORDER, ArgumentKind.INTEGER, "longest character n-gram, default 6"),
          Parameter.option(
              BETA, ArgumentKind.INTEGER, "weight of recall relative to precision, default 2"));

  private ChrfFunctions() {}

  static List<FunctionDefinition> all() {
    return List.of(
        new FunctionDefinition(
            "sentence_chrf",
            "string_funcs",
            PARAMETERS,
            "Returns the chrF of one hypothesis, 0 to 100, or chrF++ with word_order 2, as"
                + " sacreBLEU 2 computes it.",
            List.of(
                new Example(
                    "SELECT round(sentence_chrf('The cat sat.', 'The cat ran.'), 4)", "46.9577"),
                new Example(
                    "SELECT round(sentence_chrf('The cat sat.', 'The cat ran.', 2), 4)",
                    "48.7599")),
            (name, arguments) -> RowFunction.of(name, new Sentence(options(arguments)), arguments)),
        new FunctionDefinition(
            "corpus_chrf",
            "agg_funcs",
            PARAMETERS,
            "Returns the chrF of all rows, 0 to 100, from the sum of their statistics, or chrF++"
                + " with word_order 2, as sacreBLEU 2 computes it. Rows with NULL are skipped.",
            List.of(
                new Example(
                    "SELECT round(corpus_chrf(r, h), 4) FROM VALUES ('The cat sat.', 'The cat"
                        + " ran.'), ('Good morning.', 'Good morning.') AS t(r, h)",
                    "76.9637")),
            (name, arguments) ->
                CorpusFunction.of(name, new Corpus(options(arguments)), arguments)));
  }

  private static ChrfOptions options(Arguments arguments) {
    return new ChrfOptions(
        arguments.integer(CHAR_ORDER, ChrfOptions.CHRF.characterOrder()),
        arguments.integer(WORD_ORDER, ChrfOptions.CHRF.wordOrder()),
        arguments.integer(BETA, ChrfOptions.CHRF.beta()),
        arguments.flag(LOWERCASE, ChrfOptions.CHRF.lowercase()),
        arguments.flag(WHITESPACE, ChrfOptions.CHRF.whitespace()),
        arguments.flag(EPS_SMOOTHING, ChrfOptions.CHRF.epsilonSmoothing()));
  }

  private static long[] rowStatistics(Object[] inputs, ChrfOptions options) {
    List<String> references = Values.texts(inputs[0]);
    return references.isEmpty()
        ? null
        : Chrf.statistics(references, Values.text(inputs[1]), options);
  }

  private record Sentence(ChrfOptions options) implements RowKernel {
    @Override
    public DataType type() {
      return DataTypes.DoubleType;
    }

    @Override
    public Object evaluate(Object[] inputs) {
      long[] statistics = rowStatistics(inputs, options);
      return statistics == null ? null : Chrf.score(statistics, options);
    }
  }

  private record Corpus(ChrfOptions options) implements CorpusKernel {
    @Override
    public DataType type() {
      return DataTypes.DoubleType;
    }

    @Override
    public int width() {
      return options.width();
    }

    @Override
    public long[] statistics(Object[] inputs) {
      return rowStatistics(inputs, options);
    }

    @Override
    public Object score(long[] sums, long rows) {
      return Chrf.score(sums, options);
    }
  }
}
