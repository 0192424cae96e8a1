package io.espalier.spark.export.format;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Whisper's JSON: an object with the text, its segments and the language. In one file, an array of
 * such objects, one on each line.
 */
record SegmentJson(boolean together) implements TranscriptFormat {
  private static final double MS = 1000;

  @Override
  public String head() {
    return together ? "[\n" : "";
  }

  @Override
  public String between() {
    return ",\n";
  }

  @Override
  public String tail() {
    return together ? "\n]\n" : "\n";
  }

  @Override
  public String body(Recording recording) {
    StringWriter out = new StringWriter();
    try (JsonWriter json = new JsonWriter(out)) {
      json.beginObject().name("id").value(recording.id());
      json.name("text").value(recording.text()).name("segments").beginArray();
      List<Segment> segments = recording.inTime();
      for (int i = 0; i < segments.size(); i++) {
        write(json, i, segments.get(i));
      }
      json.endArray().name("language").value(recording.language().orElse(null));
      json.name("duration").value(rounded(recording.durationS())).endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write JSON: " + e.getMessage(), e);
    }
    return out.toString();
  }

  private static void write(JsonWriter json, int id, Segment segment) throws IOException {
    json.beginObject().name("id").value(id);
    json.name("start").value(rounded(segment.startS()));
    json.name("end").value(rounded(segment.endS()));
    if (segment.speaker().isPresent()) {
      json.name("speaker").value(segment.speaker().get());
    }
    json.name("text").value(segment.text());
    if (!segment.words().isEmpty()) {
      json.name("words").beginArray();
      for (Word word : segment.words()) {
        json.beginObject().name("word").value(word.text());
        json.name("start").value(rounded(word.startS())).name("end").value(rounded(word.endS()));
        if (word.confidence().isPresent()) {
          json.name("probability").value(rounded(word.confidence().getAsDouble()));
        }
        json.endObject();
      }
      json.endArray();
    }
    json.endObject();
  }

  private static double rounded(double value) {
    return Math.round(value * MS) / MS;
  }
}
