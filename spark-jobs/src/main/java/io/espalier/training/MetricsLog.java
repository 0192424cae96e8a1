package io.espalier.training;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One line of JSON for each logged step and each validation. A run that goes on from a checkpoint
 * first drops the lines that it will write again.
 */
public final class MetricsLog {
  private final Path file;

  /**
   * @param lastStep lines of later steps are dropped
   */
  public MetricsLog(Path file, long lastStep) throws IOException {
    this.file = file;
    if (!Files.exists(file)) {
      return;
    }
    List<String> kept = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (isBefore(line, lastStep)) {
        kept.add(line);
      }
    }
    Path unfinished = file.resolveSibling("." + file.getFileName());
    Files.write(unfinished, kept);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A kill may have cut the last line short. */
  private static boolean isBefore(String line, long lastStep) {
    return line.endsWith("}")
        && JsonParser.parseString(line).getAsJsonObject().get("step").getAsLong() <= lastStep;
  }

  /** Appends a line. */
  public void write(String kind, long step, Map<String, ? extends Number> values)
      throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("kind", kind);
    json.addProperty("step", step);
    values.forEach(
        (name, value) -> {
          if (Double.isFinite(value.doubleValue())) {
            json.addProperty(name, value);
          }
        });
    Files.writeString(file, json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
