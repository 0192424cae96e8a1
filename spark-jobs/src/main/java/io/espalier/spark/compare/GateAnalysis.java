package io.espalier.spark.compare;

import static org.apache.spark.sql.functions.col;

import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.spark.score.TextTable;
import io.espalier.spark.table.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Which modules of a variant follow which context: one row for each module and context. */
final class GateAnalysis {
  /** The columns of a row. */
  static final StructType SCHEMA =
      new StructType()
          .add("part", DataTypes.StringType)
          .add("layer", DataTypes.IntegerType)
          .add("module", DataTypes.StringType)
          .add("open_share", DataTypes.DoubleType)
          .add("entropy_bits", DataTypes.DoubleType)
          .add("context", DataTypes.StringType)
          .add("labels", DataTypes.IntegerType)
          .add("information_bits", DataTypes.DoubleType)
          .add("explained", DataTypes.DoubleType);

  private static final List<String> ENCODER =
      Stream.of(EncoderModule.values()).map(module -> lower(module)).toList();
  private static final List<String> DECODER =
      Stream.of(DecoderModule.values()).map(module -> lower(module)).toList();

  private GateAnalysis() {}

  /**
   * Looks at the transcripts of a run. Modules that all utterances treat alike have no row, and
   * neither have contexts that are the same for all.
   *
   * @param contexts columns of the transcripts
   */
  static List<Map<String, Object>> of(Dataset<Row> transcripts, List<String> contexts) {
    List<Column> columns = new ArrayList<>(List.of(col("gates.encoder"), col("gates.decoder")));
    contexts.forEach(name -> columns.add(Quoted.column(name).cast("string")));
    List<Row> rows = transcripts.select(columns.toArray(Column[]::new)).collectAsList();
    List<Map<String, Object>> result = new ArrayList<>();
    if (!rows.isEmpty()) {
      add(result, rows, contexts, 0, "encoder", ENCODER);
      add(result, rows, contexts, 1, "decoder", DECODER);
    }
    return result;
  }

  private static void add(
      List<Map<String, Object>> result,
      List<Row> rows,
      List<String> contexts,
      int place,
      String part,
      List<String> modules) {
    int gates = rows.get(0).getString(place).length();
    for (int gate = 0; gate < gates; gate++) {
      int index = gate;
      List<Boolean> open =
          rows.stream().map(row -> row.getString(place).charAt(index) == '1').toList();
      for (int context = 0; context < contexts.size(); context++) {
        int column = 2 + context;
        Association found =
            Association.of(
                open, rows.stream().map(row -> String.valueOf(row.getString(column))).toList());
        if (found.entropyBits() > 0 && found.labels() > 1) {
          Map<String, Object> values = new LinkedHashMap<>();
          values.put("part", part);
          values.put("layer", gate / modules.size() + 1);
          values.put("module", modules.get(gate % modules.size()));
          values.put("open_share", found.openShare());
          values.put("entropy_bits", found.entropyBits());
          values.put("context", contexts.get(context));
          values.put("labels", found.labels());
          values.put("information_bits", found.informationBits());
          values.put("explained", found.explained());
          result.add(values);
        }
      }
    }
  }

  /** For people: a line for each module, a column for each context. */
  static String text(List<Map<String, Object>> rows) {
    List<String> contexts = rows.stream().map(row -> name(row, "context")).distinct().toList();
    TextTable table = new TextTable();
    table.words("module");
    table.figures("open %");
    table.figures("entropy, bits");
    contexts.forEach(context -> table.figures(context + " %"));
    Map<String, List<Map<String, Object>>> byModule = new LinkedHashMap<>();
    for (Map<String, Object> row : rows) {
      String module = name(row, "part") + " " + name(row, "layer") + " " + name(row, "module");
      byModule.computeIfAbsent(module, key -> new ArrayList<>()).add(row);
    }
    byModule.forEach(
        (module, own) -> {
          List<String> cells = new ArrayList<>();
          cells.add(module);
          cells.add(percent(own.get(0).get("open_share")));
          cells.add(String.format(Locale.ROOT, "%.2f", (double) own.get(0).get("entropy_bits")));
          for (String context : contexts) {
            cells.add(
                own.stream()
                    .filter(row -> name(row, "context").equals(context))
                    .map(row -> percent(row.get("explained")))
                    .findFirst()
                    .orElse(""));
          }
          table.row(cells);
        });
    return table.toString();
  }

  private static String name(Map<String, Object> row, String key) {
    return row.get(key).toString();
  }

  private static String percent(Object share) {
    return String.format(Locale.ROOT, "%.1f", 100 * (double) share);
  }

  private static String lower(Enum<?> module) {
    return module.name().toLowerCase(Locale.ROOT);
  }
}
