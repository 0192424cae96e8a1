package io.espalier.spark.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.espalier.conf.UsageException;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * One of Lhotse's cuts as a row of a manifest, or why it cannot be used.
 *
 * @param startS null for the start of the file
 * @param endS null for its end
 * @param mistake null if the cut can be used
 */
record LhotseCut(
    String id, String audio, Double startS, Double endS, LhotseLabels labels, String mistake) {
  static final StructType SCHEMA =
      new StructType()
          .add("utt_id", "string")
          .add("audio", "string")
          .add("start_s", "double")
          .add("end_s", "double")
          .add("language", "string")
          .add("task", "string")
          .add("speaker_id", "string")
          .add("reference", "string")
          .add("mistake", "string");

  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private static final Set<String> PLAIN = Set.of("MonoCut", "MultiCut", "Cut");

  /** Lhotse itself takes a cut that is shorter by less than this for the whole. */
  private static final double WHOLE_TOLERANCE_S = 1e-3;

  /** Reads a line of cuts. */
  static LhotseCut of(String line) {
    JsonNode cut;
    try {
      cut = READER.readTree(line);
    } catch (JsonProcessingException e) {
      String shown = line.length() > 60 ? line.substring(0, 60) + "..." : line;
      return refused(shown, "is not JSON: " + e.getOriginalMessage());
    }
    String id = cut.path("id").asText(null);
    try {
      return of(id, cut);
    } catch (UsageException e) {
      return refused(id, e.getMessage());
    }
  }

  /** The cut in the order of {@link #SCHEMA}. */
  Row row() {
    return RowFactory.create(
        id,
        audio,
        startS,
        endS,
        labels.language(),
        labels.task(),
        labels.speaker(),
        labels.reference(),
        mistake);
  }

  private static LhotseCut of(String id, JsonNode cut) {
    requirePlain(cut);
    if (id == null) {
      throw new UsageException("has no id");
    }
    JsonNode recording = cut.path("recording");
    String audio = LhotseRecording.source(recording, cut.path("channel"));
    double start = number(cut, "start");
    double duration = number(cut, "duration");
    LhotseLabels labels = LhotseLabels.of(cut, duration);
    // A cut of everything needs no borders that rounding may push behind the end.
    boolean whole =
        start == 0
            && recording.path("duration").isNumber()
            && duration >= recording.path("duration").doubleValue() - WHOLE_TOLERANCE_S;
    return new LhotseCut(
        id, audio, whole ? null : start, whole ? null : start + duration, labels, null);
  }

  private static void requirePlain(JsonNode cut) {
    if (!cut.isObject()) {
      throw new UsageException("is not a JSON object");
    }
    String type = cut.path("type").asText(cut.has("tracks") ? "MixedCut" : "MonoCut");
    if (!PLAIN.contains(type)) {
      throw new UsageException(
          ("has type %s: only plain cuts are supported, not mixed or padded ones."
                      + " Save their audio")
                  .formatted(type)
              + " with save_audios()");
    }
    if (cut.has("sources") || cut.has("recording_id")) {
      throw new UsageException(
          "is a recording or a supervision, not a cut: make cuts with lhotse cut simple");
    }
    if (cut.path("recording").isMissingNode() || cut.path("recording").isNull()) {
      throw new UsageException(
          "has no recording, and features are not audio: make cuts of the recordings");
    }
  }

  private static double number(JsonNode cut, String name) {
    if (!cut.path(name).isNumber()) {
      throw new UsageException("has %s %s, must be a number".formatted(name, cut.path(name)));
    }
    return cut.path(name).doubleValue();
  }

  private static LhotseCut refused(String id, String mistake) {
    return new LhotseCut(id, null, null, null, LhotseLabels.NONE, mistake);
  }
}
