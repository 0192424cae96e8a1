package io.espalier.udfs;

import io.espalier.udfs.FunctionDefinition.Example;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Text normalisation, gates, vectors and clusters. */
final class OtherFunctions {
  private OtherFunctions() {}

  static List<FunctionDefinition> all() {
    return List.of(normalizeText(), gateOpen(), cosineSimilarity(), adjustedRandIndex());
  }

  private static FunctionDefinition normalizeText() {
    return new FunctionDefinition(
        "normalize_text",
        "string_funcs",
        List.of(
            Parameter.input("text", ArgumentKind.TEXT, "a reference or a hypothesis"),
            Parameter.option(
                "normalizer", ArgumentKind.TEXT, "basic (default) for any language, or english")),
        "Returns a text normalised by Whisper's normaliser: basic removes case, brackets,"
            + " punctuation and symbols; english also expands contractions, writes numbers in"
            + " digits and uses American spelling.",
        List.of(
            new Example("SELECT normalize_text('Grüße, Jürgen')", "grüße jürgen"),
            new Example(
                "SELECT normalize_text('It\\'s twenty-five colours', 'english')",
                "it is 25 colors")),
        (name, arguments) ->
            RowFunction.of(
                name, NormalizeText.named(arguments.text("normalizer", "basic")), arguments));
  }

  private static FunctionDefinition gateOpen() {
    return new FunctionDefinition(
        "gate_open",
        "string_funcs",
        List.of(
            Parameter.input(
                "gates",
                ArgumentKind.GATES,
                "the gates column of a transcripts table, or one of its two strings"),
            Parameter.input("layer", ArgumentKind.INTEGER, "from 0"),
            Parameter.input(
                "module",
                ArgumentKind.TEXT,
                "ffn1, att, cgmlp or ffn2 of the encoder; self, src or ffn of the decoder")),
        "Returns whether a module of a layer ran for an utterance.",
        List.of(
            new Example(
                "SELECT gate_open(named_struct('encoder', '11110111', 'decoder', '110'), 1,"
                    + " 'ffn1')",
                "false"),
            new Example("SELECT gate_open('110', 0, 'src')", "true")),
        (name, arguments) ->
            RowFunction.of(name, GateOpen.of(arguments.input(0).dataType()), arguments));
  }

  private static FunctionDefinition cosineSimilarity() {
    return new FunctionDefinition(
        "cosine_similarity",
        "array_funcs",
        List.of(
            Parameter.input("left", ArgumentKind.VECTOR, "a vector, such as an embedding"),
            Parameter.input("right", ArgumentKind.VECTOR, "another of the same length")),
        "Returns the cosine of the angle between two vectors, -1 to 1; NULL if one of them is zero"
            + " or contains NULL.",
        List.of(
            new Example("SELECT cosine_similarity(array(1.0D, 0.0D), array(3.0D, 4.0D))", "0.6")),
        (name, arguments) ->
            RowFunction.of(
                name,
                new CosineSimilarity(
                    element(arguments.input(0).dataType()), element(arguments.input(1).dataType())),
                arguments));
  }

  private static FunctionDefinition adjustedRandIndex() {
    return new FunctionDefinition(
        "adjusted_rand_index",
        "agg_funcs",
        List.of(
            Parameter.input("label", ArgumentKind.LABEL, "label of a row, such as its speaker_id"),
            Parameter.input(
                "cluster", ArgumentKind.LABEL, "group of the row, such as its cluster")),
        "Returns Hubert and Arabie's agreement of two groupings of the same rows: 1 if they are"
            + " identical, whatever the names of the groups, and 0 on average if one is random."
            + " Rows with NULL are skipped.",
        List.of(
            new Example(
                "SELECT round(adjusted_rand_index(s, c), 4) FROM VALUES ('a', 0), ('a', 0), ('b',"
                    + " 1), ('b', 2) AS t(s, c)",
                "0.5714")),
        LabelAgreement::call);
  }

  private static DataType element(DataType type) {
    return type instanceof ArrayType array ? array.elementType() : DataTypes.DoubleType;
  }
}
