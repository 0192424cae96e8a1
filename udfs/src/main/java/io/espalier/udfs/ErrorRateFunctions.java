package io.espalier.udfs;

import io.espalier.udfs.FunctionDefinition.Example;
import io.espalier.udfs.metrics.Edits;
import io.espalier.udfs.metrics.ErrorRate;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** WER and CER, per row and over a corpus, as JiWER 4 defines them. */
final class ErrorRateFunctions {
  private static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.input("reference", ArgumentKind.TEXT, "text that was said"),
          Parameter.input("hypothesis", ArgumentKind.TEXT, "text that was recognised"));
  private static final String CASE_KEPT =
      " Case and punctuation count; see normalize_text. Errors are counted as JiWER 4 does.";

  private ErrorRateFunctions() {}

  static List<FunctionDefinition> all() {
    return Stream.of(rates(), edits(), corpora()).flatMap(List::stream).toList();
  }

  private static List<FunctionDefinition> rates() {
    return List.of(
        row(
            "wer",
            Unit.WORD,
            false,
            "Returns the word error rate of a hypothesis: substitutions, deletions and insertions"
                + " per word of the reference, or the number of insertions if the reference is"
                + " empty."
                + CASE_KEPT,
            new Example("SELECT wer('a b c', 'a x c')", "0.3333333333333333"),
            new Example("SELECT wer('', 'a b')", "2.0")),
        row(
            "cer",
            Unit.CHARACTER,
            false,
            "Returns the character error rate of a hypothesis: wer with characters instead of"
                + " words, spaces included."
                + CASE_KEPT,
            new Example("SELECT cer('ab cd', 'ab xd')", "0.2")));
  }

  private static List<FunctionDefinition> edits() {
    return List.of(
        row(
            "word_edits",
            Unit.WORD,
            true,
            "Returns the numbers of correct, wrong, missing and extra words, as STRUCT<hits,"
                + " substitutions, deletions, insertions>."
                + CASE_KEPT,
            new Example(
                "SELECT word_edits('a b c', 'a x c d')",
                "{\"hits\":2,\"substitutions\":1,\"deletions\":0,\"insertions\":1}")),
        row(
            "char_edits",
            Unit.CHARACTER,
            true,
            "Returns the numbers of correct, wrong, missing and extra characters, as STRUCT<hits,"
                + " substitutions, deletions, insertions>."
                + CASE_KEPT,
            new Example(
                "SELECT char_edits('house', 'mouses')",
                "{\"hits\":4,\"substitutions\":1,\"deletions\":0,\"insertions\":1}")));
  }

  private static List<FunctionDefinition> corpora() {
    return List.of(
        corpus(
            "corpus_wer",
            Unit.WORD,
            "Returns the word error rate over all rows: all errors divided by all words of the"
                + " references, not the mean of the rates. Rows with NULL are skipped.",
            new Example(
                "SELECT corpus_wer(r, h) FROM VALUES ('a b c', 'a x c'), ('d', 'd') AS t(r, h)",
                "0.25")),
        corpus(
            "corpus_cer",
            Unit.CHARACTER,
            "Returns the character error rate over all rows: all errors divided by all characters"
                + " of the references. Rows with NULL are skipped.",
            new Example(
                "SELECT corpus_cer(r, h) FROM VALUES ('ab', 'ax'), ('cd', 'cd') AS t(r, h)",
                "0.25")));
  }

  private static FunctionDefinition row(
      String name, Unit unit, boolean counts, String usage, Example... examples) {
    return new FunctionDefinition(
        name,
        "string_funcs",
        PARAMETERS,
        usage,
        List.of(examples),
        (called, arguments) -> RowFunction.of(called, new PerRow(unit, counts), arguments));
  }

  private static FunctionDefinition corpus(
      String name, Unit unit, String usage, Example... examples) {
    return new FunctionDefinition(
        name,
        "agg_funcs",
        PARAMETERS,
        usage,
        List.of(examples),
        (called, arguments) -> CorpusFunction.of(called, new PerCorpus(unit), arguments));
  }

  private enum Unit {
    WORD,
    CHARACTER;

    Edits edits(Object[] inputs) {
      String reference = Values.text(inputs[0]);
      String hypothesis = Values.text(inputs[1]);
      return this == WORD
          ? ErrorRate.words(reference, hypothesis)
          : ErrorRate.characters(reference, hypothesis);
    }
  }

  private record PerRow(Unit unit, boolean counts) implements RowKernel {
    private static final StructType COUNTS =
        new StructType()
            .add("hits", DataTypes.LongType, false)
            .add("substitutions", DataTypes.LongType, false)
            .add("deletions", DataTypes.LongType, false)
            .add("insertions", DataTypes.LongType, false);

    @Override
    public DataType type() {
      return counts ? COUNTS : DataTypes.DoubleType;
    }

    @Override
    public Object evaluate(Object[] inputs) {
      Edits edits = unit.edits(inputs);
      if (!counts) {
        return edits.rate();
      }
      return new GenericInternalRow(
          new Object[] {
            edits.hits(), edits.substitutions(), edits.deletions(), edits.insertions()
          });
    }
  }

  private record PerCorpus(Unit unit) implements CorpusKernel {
    @Override
    public DataType type() {
      return DataTypes.DoubleType;
    }

    @Override
    public int width() {
      return 4;
    }

    @Override
    public long[] statistics(Object[] inputs) {
      Edits edits = unit.edits(inputs);
      return new long[] {
        edits.hits(), edits.substitutions(), edits.deletions(), edits.insertions()
      };
    }

    @Override
    public Object score(long[] sums, long rows) {
      return new Edits(sums[0], sums[1], sums[2], sums[3]).rate();
    }
  }
}
