package io.espalier.udfs;

import io.espalier.udfs.FunctionDefinition.Example;
import io.espalier.udfs.metrics.Bleu;
import io.espalier.udfs.metrics.BleuOptions;
import io.espalier.udfs.metrics.BleuStatistics;
import io.espalier.udfs.metrics.BleuTokenizer;
import io.espalier.udfs.metrics.Smoothing;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** BLEU, per row and over a corpus, as sacreBLEU 2 defines it. */
final class BleuFunctions {
  private static final Parameter REFERENCE =
      Parameter.input(
          "reference",
          ArgumentKind.TEXTS,
          "the reference translation, or an array of several; the reference comes first, as in"
              + " wer");
  private static final Parameter HYPOTHESIS =
      Parameter.input("hypothesis", ArgumentKind.TEXT, "the translation to score");
  private static final Parameter TOKENIZER =
      Parameter.option("tokenizer", ArgumentKind.TEXT, "13a (default), intl, char, zh or none");
  private static final Parameter SMOOTHING =
      Parameter.option("smoothing", ArgumentKind.TEXT, "exp (default), floor, add-k or none");
  private static final Parameter LOWERCASE =
      Parameter.option("lowercase", ArgumentKind.BOOLEAN, "true ignores case, default false");
  private static final Parameter SMOOTHING_VALUE =
      Parameter.option(
          "smoothing_value", ArgumentKind.NUMBER, "default 0.1 for floor and 1 for add-k");
  private static final Parameter EFFECTIVE_ORDER =
      Parameter.option(
          "effective_order",
          ArgumentKind.BOOLEAN,
          "true ignores n-gram orders for which the hypothesis is too short, default true");
  private static final List<Parameter> CORPUS_PARAMETERS =
      List.of(REFERENCE, HYPOTHESIS, TOKENIZER, SMOOTHING, LOWERCASE, SMOOTHING_VALUE);

  private BleuFunctions() {}

  static List<FunctionDefinition> all() {
    return List.of(sentenceBleu(), bleuStats(), corpusBleu(), corpusBleuDetail());
  }

  private static FunctionDefinition sentenceBleu() {
    return new FunctionDefinition(
        "sentence_bleu",
        "string_funcs",
        List.of(
            REFERENCE,
            HYPOTHESIS,
            TOKENIZER,
            SMOOTHING,
            LOWERCASE,
            SMOOTHING_VALUE,
            EFFECTIVE_ORDER),
        "Returns the BLEU of one hypothesis, 0 to 100, as sacreBLEU 2 computes it.",
        List.of(
            new Example(
                "SELECT round(sentence_bleu('The cat sat on the mat.', 'The cat sat on a mat.'),"
                    + " 4)",
                "48.8923"),
            new Example(
                "SELECT round(sentence_bleu(array('Good day.', 'Hello there.'), 'hello there.',"
                    + " '13a', 'floor', true, 0.1), 4)",
                "100.0")),
        (name, arguments) ->
            RowFunction.of(name, new Sentence(options(arguments, true)), arguments));
  }

  private static FunctionDefinition bleuStats() {
    return new FunctionDefinition(
        "bleu_stats",
        "string_funcs",
        List.of(REFERENCE, HYPOTHESIS, TOKENIZER, LOWERCASE),
        "Returns the BLEU statistics of one hypothesis, as STRUCT<sys_len, ref_len, correct,"
            + " total>: lengths in tokens, and matching and all n-grams for n = 1 to 4. The BLEU of"
            + " a corpus is computed from their sums.",
        List.of(
            new Example(
                "SELECT bleu_stats('The cat sat.', 'The cat ran.')",
                "{\"sys_len\":4,\"ref_len\":4,\"correct\":[3,1,0,0],\"total\":[4,3,2,1]}")),
        (name, arguments) -> RowFunction.of(name, new Counts(options(arguments, true)), arguments));
  }

  private static FunctionDefinition corpusBleu() {
    return new FunctionDefinition(
        "corpus_bleu",
        "agg_funcs",
        CORPUS_PARAMETERS,
        "Returns the BLEU of all rows, 0 to 100, from the sum of their statistics, as sacreBLEU 2"
            + " computes it. Rows with NULL are skipped.",
        List.of(
            new Example(
                "SELECT round(corpus_bleu(r, h), 4) FROM VALUES ('The cat sat on the mat.', 'The"
                    + " cat sat on a mat.'), ('Good morning to all of you.', 'Good morning to all"
                    + " of you.') AS t(r, h)",
                "76.2787")),
        (name, arguments) ->
            CorpusFunction.of(name, new Corpus(options(arguments, false), false), arguments));
  }

  private static FunctionDefinition corpusBleuDetail() {
    return new FunctionDefinition(
        "corpus_bleu_detail",
        "agg_funcs",
        CORPUS_PARAMETERS,
        "Returns corpus_bleu with the details of a report, as STRUCT<score, signature, segments,"
            + " sys_len, ref_len, correct, total>. The signature has sacreBLEU's format, with"
            + " Espalier's own version tag.",
        List.of(
            new Example(
                "SELECT corpus_bleu_detail(r, h).signature FROM VALUES ('a b', 'a b') AS t(r, h)",
                BleuOptions.CORPUS.signature(1))),
        (name, arguments) ->
            CorpusFunction.of(name, new Corpus(options(arguments, false), true), arguments));
  }

  private static BleuOptions options(Arguments arguments, boolean effectiveOrder) {
    return new BleuOptions(
        BleuTokenizer.named(arguments.text(TOKENIZER.name(), "13a")),
        Smoothing.named(arguments.text(SMOOTHING.name(), "exp")),
        arguments.number(SMOOTHING_VALUE.name(), Double.NaN),
        arguments.flag(LOWERCASE.name(), false),
        arguments.flag(EFFECTIVE_ORDER.name(), effectiveOrder));
  }

  private static BleuStatistics statistics(Object[] inputs, BleuOptions options) {
    List<String> references = Values.texts(inputs[0]);
    return references.isEmpty()
        ? null
        : Bleu.statistics(references, Values.text(inputs[1]), options);
  }

  private static GenericArrayData orders(long[] vector, int start) {
    return new GenericArrayData(Arrays.copyOfRange(vector, start, start + BleuStatistics.ORDER));
  }

  private record Sentence(BleuOptions options) implements RowKernel {
    @Override
    public DataType type() {
      return DataTypes.DoubleType;
    }

    @Override
    public Object evaluate(Object[] inputs) {
      BleuStatistics statistics = statistics(inputs, options);
      return statistics == null ? null : Bleu.score(statistics, options);
    }
  }

  private record Counts(BleuOptions options) implements RowKernel {
    private static final StructType TYPE =
        new StructType()
            .add("sys_len", DataTypes.LongType, false)
            .add("ref_len", DataTypes.LongType, false)
            .add("correct", DataTypes.createArrayType(DataTypes.LongType, false), false)
            .add("total", DataTypes.createArrayType(DataTypes.LongType, false), false);

    @Override
    public DataType type() {
      return TYPE;
    }

    @Override
    public Object evaluate(Object[] inputs) {
      BleuStatistics statistics = statistics(inputs, options);
      if (statistics == null) {
        return null;
      }
      long[] vector = statistics.toArray();
      return new GenericInternalRow(
          new Object[] {
            vector[0], vector[1], orders(vector, 2), orders(vector, 2 + BleuStatistics.ORDER)
          });
    }
  }

  /** Beside the statistics, the sums of the references' numbers and of their squares. */
  private record Corpus(BleuOptions options, boolean detail) implements CorpusKernel {
    private static final StructType TYPE =
        new StructType()
            .add("score", DataTypes.DoubleType, false)
            .add("signature", DataTypes.StringType, false)
            .add("segments", DataTypes.LongType, false)
            .add("sys_len", DataTypes.LongType, false)
            .add("ref_len", DataTypes.LongType, false)
            .add("correct", DataTypes.createArrayType(DataTypes.LongType, false), false)
            .add("total", DataTypes.createArrayType(DataTypes.LongType, false), false);

    @Override
    public DataType type() {
      return detail ? TYPE : DataTypes.DoubleType;
    }

    @Override
    public int width() {
      return BleuStatistics.WIDTH + 2;
    }

    @Override
    public long[] statistics(Object[] inputs) {
      List<String> references = Values.texts(inputs[0]);
      if (references.isEmpty()) {
        return null;
      }
      long[] vector =
          Arrays.copyOf(
              Bleu.statistics(references, Values.text(inputs[1]), options).toArray(), width());
      vector[BleuStatistics.WIDTH] = references.size();
      vector[BleuStatistics.WIDTH + 1] = (long) references.size() * references.size();
      return vector;
    }

    @Override
    public Object score(long[] sums, long rows) {
      double score = Bleu.score(BleuStatistics.of(sums), options);
      if (!detail) {
        return score;
      }
      long references = sums[BleuStatistics.WIDTH];
      boolean same = references * references == rows * sums[BleuStatistics.WIDTH + 1];
      return new GenericInternalRow(
          new Object[] {
            score,
            UTF8String.fromString(options.signature(same ? references / rows : -1)),
            rows,
            sums[0],
            sums[1],
            orders(sums, 2),
            orders(sums, 2 + BleuStatistics.ORDER)
          });
    }
  }
}
