package io.espalier.spark.compare;

import static io.espalier.spark.compare.Figures.figure;
import static io.espalier.spark.compare.Figures.interval;

import io.espalier.spark.score.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The table of variants for people. */
final class CompareText {
  private CompareText() {}

  static String of(List<Map<String, Object>> rows) {
    boolean timed = rows.stream().anyMatch(row -> row.get("wall_ms") != null);
    TextTable table = new TextTable();
    table.words("variant");
    table.words("context");
    List.of("target", "WER % [95 %]", "p", "p like", "BLEU [95 %]", "p ", "p like ")
        .forEach(table::figures);
    List.of("GFLOPs", "encoder", "decoder", "context").forEach(table::figures);
    List.of("saved", "saved %", "RTFx", "s", "open enc. %", "open dec. %").forEach(table::figures);
    if (timed) {
      List.of("enc. ms", "dec. ms", "wall ms", "enc. time saved %", "of FLOPs saved %")
          .forEach(table::figures);
    }
    for (Map<String, Object> row : rows) {
      List<String> cells = new ArrayList<>(cells(row));
      if (timed) {
        cells.addAll(times(row));
      }
      table.row(cells);
    }
    return table.toString();
  }

  private static List<String> cells(Map<String, Object> row) {
    return List.of(
        row.get("variant").toString(),
        row.get("context").toString(),
        figure(row.get("target"), 1, 2),
        interval(row, "wer", 100),
        figure(row.get("wer_p_value"), 1, 3),
        figure(row.get("wer_p_like"), 1, 3),
        interval(row, "bleu", 1),
        figure(row.get("bleu_p_value"), 1, 3),
        figure(row.get("bleu_p_like"), 1, 3),
        figure(row.get("gflops_total"), 1, 3),
        figure(row.get("gflops_encoder"), 1, 3),
        figure(row.get("gflops_decoder"), 1, 3),
        figure(row.get("gflops_context"), 1, 3),
        figure(number(row, "gflops_dense") - number(row, "gflops_total"), 1, 3),
        figure(row.get("saved_fraction"), 100, 1),
        figure(row.get("rtfx"), 1, 1),
        figure(row.get("compute_s"), 1, 1),
        figure(row.get("open_encoder"), 100, 1),
        figure(row.get("open_decoder"), 100, 1));
  }

  private static List<String> times(Map<String, Object> row) {
    return List.of(
        figure(row.get("encoder_ms"), 1, 2),
        figure(row.get("decoder_ms"), 1, 2),
        figure(row.get("wall_ms"), 1, 2),
        figure(row.get("encoder_time_saved"), 100, 1),
        figure(row.get("saved_time_share"), 100, 0));
  }

  private static double number(Map<String, Object> row, String name) {
    return row.get(name) instanceof Double value ? value : Double.NaN;
  }
}
