package io.espalier.spark.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The trade-off of one model as a picture: word error rate and BLEU over the share of GFLOPs that
 * is saved, a point for each target, with 95 % intervals. A dashed line is the first variant of the
 * table, which saves nothing.
 */
final class CurvePicture {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 340;
  private static final int PANEL = 350;
  private static final int TOP = 40;
  private static final int BOTTOM = 60;
  private static final int LEFT = 60;
  private static final int STEPS = 5;

  private final List<Map<String, Object>> targets;
  private final Map<String, Object> first;
  private final StringBuilder svg = new StringBuilder();

  /**
   * @param rows of the table, see {@link CompareRows}
   * @param targets the rows of the curve, in the order of their targets
   */
  private CurvePicture(List<Map<String, Object>> rows, List<Map<String, Object>> targets) {
    this.first = rows.get(0);
    this.targets = targets;
  }

  /**
   * Draws a curve.
   *
   * @param rows of the table, see {@link CompareRows}
   * @param names of the curve's variants, in the order of their targets
   * @return an SVG document
   */
  static String of(List<Map<String, Object>> rows, List<String> names) {
    List<Map<String, Object>> targets = new ArrayList<>();
    for (String name : names) {
      rows.stream().filter(row -> row.get("variant").equals(name)).forEach(targets::add);
    }
    return new CurvePicture(rows, targets).draw();
  }

  private String draw() {
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\" aria-label=\"Quality over saved GFLOPs\""
                + " font-family=\"sans-serif\" font-size=\"12\">\n",
            WIDTH,
            HEIGHT,
            WIDTH,
            HEIGHT));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    panel("wer", 100, "WER, %", LEFT, true);
    panel("bleu", 1, "BLEU", LEFT + PANEL + LEFT + 10, false);
    return svg.append("</svg>\n").toString();
  }

  /** An axis from one round number to another. */
  private record Scale(double least, double most, double step, int from, int length) {
    /** An axis for values between these. */
    static Scale around(double least, double most, int from, int length) {
      double rough = (most - least) / STEPS;
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      double step =
          DoubleStream.of(1, 2, 5, 10)
              .map(s -> s * power)
              .filter(s -> s >= rough)
              .findFirst()
              .orElseThrow();
      return new Scale(
          Math.floor(least / step) * step, Math.ceil(most / step) * step, step, from, length);
    }

    double of(double value) {
      return from + (value - least) / (most - least) * length;
    }

    /** The places of its figures. */
    double[] ticks() {
      int count = (int) Math.round((most - least) / step);
      return IntStream.rangeClosed(0, count).mapToDouble(tick -> least + tick * step).toArray();
    }

    /** A place on it as people read it. */
    String figure(double value) {
      return String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", value);
    }
  }

  private void panel(String metric, double factor, String title, int left, boolean fromZero) {
    List<Map<String, Object>> own =
        targets.stream()
            .filter(row -> row.get(metric) != null && row.get("saved_fraction") != null)
            .toList();
    if (own.isEmpty()) {
      return;
    }
    List<Map<String, Object>> all = new ArrayList<>(own);
    all.add(first);
    double low =
        all.stream().mapToDouble(row -> value(row, metric + "_low", metric)).min().orElse(0);
    double high =
        all.stream().mapToDouble(row -> value(row, metric + "_high", metric)).max().orElse(1);
    double room = 0.05 * Math.max(high - low, 1e-3);
    double most = fromZero ? high + room : Math.min(100 / factor, high + room);
    Scale y =
        Scale.around(
            factor * (fromZero ? 0 : Math.max(0, low - room)),
            factor * most,
            HEIGHT - BOTTOM,
            -(HEIGHT - BOTTOM - TOP));
    double saved = own.stream().mapToDouble(row -> number(row, "saved_fraction")).max().orElse(1);
    Scale x = Scale.around(0, 100 * Math.max(0.1, saved), left, PANEL);
    axes(x, y, title);
    if (first.get(metric) != null) {
      double at = y.of(factor * number(first, metric));
      line(x.from(), at, x.from() + PANEL, at, "#5c5c5c", " stroke-dasharray=\"6 4\"");
      text(x.from() + PANEL, at - 5, "end", "#5c5c5c", first.get("variant").toString());
    }
    String points =
        own.stream()
            .map(
                row ->
                    String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        x.of(100 * number(row, "saved_fraction")),
                        y.of(factor * number(row, metric))))
            .collect(Collectors.joining(" "));
    svg.append("<polyline fill=\"none\" stroke=\"#0072b2\" stroke-width=\"2\" points=\"")
        .append(points)
        .append("\"/>\n");
    own.forEach(row -> point(row, metric, factor, x, y));
  }

  private void point(Map<String, Object> row, String metric, double factor, Scale x, Scale y) {
    double at = x.of(100 * number(row, "saved_fraction"));
    double from = y.of(factor * value(row, metric + "_low", metric));
    double to = y.of(factor * value(row, metric + "_high", metric));
    line(at, from, at, to, "#0072b2", "");
    line(at - 4, from, at + 4, from, "#0072b2", "");
    line(at - 4, to, at + 4, to, "#0072b2", "");
    svg.append(
        String.format(
            Locale.ROOT,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#0072b2\"><title>target %.2f</title>"
                + "</circle>\n",
            at,
            y.of(factor * number(row, metric)),
            number(row, "target")));
  }

  private void axes(Scale x, Scale y, String title) {
    int bottom = y.from();
    line(x.from(), bottom, x.from() + PANEL, bottom, "#1d2330", "");
    line(x.from(), bottom, x.from(), TOP, "#1d2330", "");
    for (double value : x.ticks()) {
      text(x.of(value), bottom + 18, "middle", "#1d2330", x.figure(value));
    }
    for (double height : y.ticks()) {
      line(x.from(), y.of(height), x.from() + PANEL, y.of(height), "#d5dae3", "");
      text(x.from() - 6, y.of(height) + 4, "end", "#1d2330", y.figure(height));
    }
    text(x.from() + PANEL / 2.0, bottom + 42, "middle", "#1d2330", "GFLOPs saved, %");
    text(x.from(), TOP - 14, "start", "#1d2330", title);
  }

  private void line(double x1, double y1, double x2, double y2, String colour, String more) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>\n",
            x1,
            y1,
            x2,
            y2,
            colour,
            more));
  }

  private void text(double x, double y, String anchor, String colour, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n",
            x,
            y,
            anchor,
            colour,
            text.replace("&", "&amp;").replace("<", "&lt;")));
  }

  private static double number(Map<String, Object> row, String name) {
    return row.get(name) instanceof Double value ? value : Double.NaN;
  }

  private static double value(Map<String, Object> row, String name, String otherwise) {
    return row.get(name) instanceof Double value ? value : number(row, otherwise);
  }
}
