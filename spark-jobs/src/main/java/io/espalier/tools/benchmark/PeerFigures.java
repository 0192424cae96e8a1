package io.espalier.tools.benchmark;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.files.Utf8Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The speed of other software, measured apart; {@code docs/benchmarks.md} has the format.
 *
 * @param name such as {@code ESPnet}
 * @param version of it
 * @param size of the model
 * @param threads of the measurement
 * @param tokens generated for each utterance
 * @param clipS seconds of audio in each utterance, before any padding
 * @param settings whatever else decides about the speed, for the reader
 */
public record PeerFigures(
    String name,
    String version,
    ModelSize size,
    int threads,
    int tokens,
    double clipS,
    Map<String, String> settings,
    List<Figure> figures) {
  private static final int MOST_TOKENS = 400;
  private static final double MOST_PER_S = 1e9;
  private static final Pattern WORKLOAD = Pattern.compile("greedy|beam_([1-9][0-9]{0,2})");

  /** A precise grammar: what others write by accident is refused, not guessed. */
  private static final Gson JSON =
      new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE).create();

  /**
   * One measured figure.
   *
   * @param beam 1 is greedy decoding
   * @param setting how it was run, such as {@code float32, one by one}
   */
  public record Figure(int beam, String setting, double utterancesPerS) {
    /** {@code greedy} or {@code beam_N}. */
    String workload() {
      return PeerFigures.workload(beam);
    }
  }

  /** The name of a beam width. */
  static String workload(int beam) {
    return beam == 1 ? "greedy" : "beam_" + beam;
  }

  /**
   * Reads a file of figures.
   *
   * @throws UsageException naming the field at fault
   */
  public static PeerFigures read(Path file) throws IOException {
    String complaint = "Cannot read " + file;
    Map<String, Object> values;
    try {
      values = JSON.fromJson(Utf8Text.read(file), new TypeToken<>() {});
    } catch (JsonParseException e) {
      throw new UsageException("%s: it is not JSON: %s".formatted(complaint, reason(e)));
    }
    if (values == null) {
      throw new UsageException(complaint + ": it is empty. Write one JSON object");
    }
    Fields fields = Fields.of(complaint, values);
    PeerFigures peer = of(fields);
    fields.finish(UsageException::new);
    return peer;
  }

  private static PeerFigures of(Fields fields) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (fields.has("settings")) {
      fields.map("settings").forEach((name, value) -> settings.put(name, String.valueOf(value)));
    }
    List<Figure> figures = new ArrayList<>();
    for (Fields figure : fields.children("figures")) {
      String setting = figure.string("setting");
      double rate = figure.number("utterances_per_s", 0, MOST_PER_S);
      if (rate == 0 && figure.has("utterances_per_s")) {
        figure.wrong("utterances_per_s", "more than 0", figure.raw("utterances_per_s"));
      }
      figures.add(new Figure(beam(figure), setting, rate));
    }
    if (figures.isEmpty() && fields.has("figures")) {
      fields.wrong("figures", "a list of at least one figure", fields.raw("figures"));
    }
    return new PeerFigures(
        fields.string("name"),
        fields.string("version"),
        fields.choice("size", Arrays.asList(ModelSize.values()), ModelSize::label),
        fields.integer("threads", 1, 1024),
        fields.integer("tokens", 2, MOST_TOKENS),
        fields.number("clip_s", 0.1, ModelSize.WINDOW_S),
        settings,
        figures);
  }

  private static int beam(Fields figure) {
    String workload = figure.string("workload");
    Matcher match = WORKLOAD.matcher(workload);
    if (match.matches()) {
      return match.group(1) == null ? 1 : Integer.parseInt(match.group(1));
    }
    if (!workload.isEmpty()) {
      figure.wrong("workload", "greedy or beam_N", workload);
    }
    return 1;
  }

  /** What Gson says, without the advice for programmers behind it. */
  private static String reason(JsonParseException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  /** The peer and its settings in one line. */
  String heading() {
    List<String> all = new ArrayList<>();
    settings.forEach((key, value) -> all.add(key + " " + value));
    String details = all.isEmpty() ? "" : " (" + String.join(", ", all) + ")";
    return String.format(
        Locale.ROOT,
        "%s %s%s: clips of %s s, %d tokens each",
        name,
        version,
        details,
        clipS,
        tokens);
  }
}
