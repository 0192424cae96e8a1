package io.espalier.spark.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Puts the rows of the table together: for each variant its figures by name. */
final class CompareRows {
  private static final String COMPUTE_S = "compute_s";

  /** Columns of numbers that {@code espalier score} gives. */
  private static final List<String> FIGURES =
      List.of(
          "wer",
          "wer_low",
          "wer_high",
          "bleu",
          "bleu_low",
          "bleu_high",
          "wer_p_value",
          "bleu_p_value",
          "wer_p_like",
          "bleu_p_like",
          "gflops_total",
          "gflops_encoder",
          "gflops_decoder",
          "gflops_context",
          "gflops_dense",
          "saved_fraction",
          "rtfx",
          COMPUTE_S,
          "open_encoder",
          "open_decoder");

  /** Columns of numbers that the timing gives. */
  private static final List<String> TIMES =
      List.of(
          "encoder_ms",
          "decoder_ms",
          "wall_ms",
          "encoder_time_saved",
          "encoder_gflops_saved",
          "saved_time_share");

  static final String GROUPS = "groups";
  static final String MODULES = "modules";

  private static final String P_VALUE = "_p_value";
  private static final String P_LIKE = "_p_like";

  private CompareRows() {}

  /**
   * The rows, in the variants' order.
   *
   * @param times by the names of variants; empty if they were not measured
   * @param modules by the names of variants, see {@link GateAnalysis}
   */
  static List<Map<String, Object>> of(
      List<DecodedVariant> variants,
      CompareScores scores,
      Map<String, VariantTimes> times,
      Map<String, List<Map<String, Object>>> modules) {
    DecodedVariant first = variants.get(0);
    Map<String, String> runs =
        variants.stream().collect(Collectors.toMap(DecodedVariant::name, DecodedVariant::run));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (DecodedVariant decoded : variants) {
      CompareRecipe.Variant variant = decoded.variant();
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("place", rows.size() + 1);
      values.put("variant", variant.name());
      values.put("context", variant.isLearned() ? variant.context() : "none");
      values.put("target", variant.isLearned() ? variant.target().orElse(null) : null);
      Row score = scores.total(decoded.run());
      for (String name : FIGURES) {
        String metric = name.replaceFirst("_p_.*", "");
        values.put(
            name,
            name.endsWith(P_VALUE)
                ? scores.chance(first.run(), decoded.run(), metric)
                : name.endsWith(P_LIKE)
                    ? scores.chance(runs.get(variant.like()), decoded.run(), metric)
                    : name.equals(COMPUTE_S) ? computeS(score) : score.getAs(name));
      }
      put(values, times.get(variant.name()), times.get(first.name()));
      values.put("model", variant.model());
      values.put("gates", decoded.chosen().gates());
      values.put("options", options(decoded));
      values.put("run_id", decoded.run());
      values.put(GROUPS, scores.groups(decoded.run()));
      values.put(MODULES, modules.getOrDefault(variant.name(), List.of()));
      rows.add(values);
    }
    return rows;
  }

  private static void put(Map<String, Object> values, VariantTimes own, VariantTimes dense) {
    if (own == null) {
      TIMES.forEach(name -> values.put(name, null));
      return;
    }
    double time = own.encoderTimeSaved(dense);
    double gflops = own.encoderGflopsSaved(dense);
    values.put("encoder_ms", own.encoderMs());
    values.put("decoder_ms", own.decoderMs());
    values.put("wall_ms", own.wallMs());
    values.put("encoder_time_saved", time);
    values.put("encoder_gflops_saved", gflops);
    values.put("saved_time_share", gflops > 0 ? time / gflops : null);
  }

  /** Seconds of computing for all utterances; null if none was computed. */
  private static Double computeS(Row score) {
    Double rtfx = score.getAs("rtfx");
    return rtfx == null ? null : score.<Double>getAs("audio_s") / rtfx;
  }

  private static String options(DecodedVariant decoded) {
    Map<String, String> options = new LinkedHashMap<>(decoded.variant().options());
    options.putAll(decoded.chosen().options());
    return options.entrySet().stream()
        .map(option -> option.getKey() + "=" + option.getValue())
        .collect(Collectors.joining(" "));
  }

  /** The columns of rows that {@link #of} made. */
  static StructType schema(Map<String, Object> row) {
    StructType schema = new StructType();
    for (String name : row.keySet()) {
      schema = schema.add(name, type(name));
    }
    return schema;
  }

  private static DataType type(String name) {
    return switch (name) {
      case "place" -> DataTypes.IntegerType;
      case "target" -> DataTypes.DoubleType;
      case GROUPS -> DataTypes.createArrayType(GroupQuality.schema());
      case MODULES -> DataTypes.createArrayType(GateAnalysis.SCHEMA);
      default ->
          FIGURES.contains(name) || TIMES.contains(name)
              ? DataTypes.DoubleType
              : DataTypes.StringType;
    };
  }

  /** A row as Spark takes it. */
  static Row row(Map<String, Object> values) {
    return RowFactory.create(
        values.values().stream()
            .map(value -> value instanceof List<?> list ? parts(list) : value)
            .toArray());
  }

  private static Row[] parts(List<?> parts) {
    return parts.stream()
        .map(part -> RowFactory.create(((Map<?, ?>) part).values().toArray()))
        .toArray(Row[]::new);
  }
}
