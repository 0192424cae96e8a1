import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.espalier.tools.benchmark.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints the figures of several runs of the benchmark as one Markdown table. */
public final class FiguresTable {
  private static final Gson JSON = new Gson();

  private FiguresTable() {}

  /** Takes {@code LABEL=FILE}, a column each; a file that is missing gives an empty column. */
  public static void main(String[] columns) throws IOException {
    Map<String, Map<String, Measurement>> rows = new LinkedHashMap<>();
    List<String> labels = new ArrayList<>();
    for (String column : columns) {
      String label = column.substring(0, column.indexOf('='));
      labels.add(label);
      Path file = Path.of(column.substring(label.length() + 1));
      if (Files.exists(file)) {
        List<Measurement> figures =
            JSON.fromJson(Files.readString(file), new TypeToken<List<Measurement>>() {});
        for (Measurement one : figures) {
          rows.computeIfAbsent(one.name(), name -> new LinkedHashMap<>()).put(label, one);
        }
      }
    }
    System.out.println("| | " + String.join(" | ", labels) + " |");
    System.out.println("|---".repeat(labels.size() + 1) + "|");
    rows.forEach((name, figures) -> System.out.println(row(name, labels, figures)));
  }

  private static String row(String name, List<String> labels, Map<String, Measurement> figures) {
    String unit = figures.values().iterator().next().unit();
    boolean giga = unit.equals("GFLOP/s");
    StringBuilder row = new StringBuilder("| ").append(name.replace("gflops", "tflops"));
    for (String label : labels) {
      Measurement one = figures.get(label);
      String value = one == null ? "" : number(giga ? one.value() / 1000 : one.value());
      row.append(" | ").append(value);
    }
    return row.append(" |").toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.3f" : "%.0f", value);
  }
}
