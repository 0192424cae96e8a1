package io.espalier.spark.manifest;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.conf.UsageException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The labels that the supervisions of a cut have in common.
 *
 * @param language null if none or several
 * @param task null if none
 * @param speaker null if none or several
 * @param reference the texts in the order of their starts, null if none
 */
record LhotseLabels(String language, String task, String speaker, String reference) {
  static final LhotseLabels NONE = new LhotseLabels(null, null, null, null);

  /** Rounding of durations stays below this; a word does not. */
  private static final double TOLERANCE_S = 0.1;

  /**
   * @param durationS length of the cut, which the times of its supervisions are relative to
   * @throws UsageException if a text is of more than the cut; the message goes behind the cut's id
   */
  static LhotseLabels of(JsonNode cut, double durationS) {
    List<JsonNode> supervisions = new ArrayList<>();
    cut.path("supervisions").forEach(supervisions::add);
    supervisions.sort(Comparator.comparingDouble(each -> each.path("start").asDouble(0)));
    for (JsonNode supervision : supervisions) {
      requireInside(supervision, durationS);
      requireChannel(supervision.path("channel"), cut.path("channel"));
    }
    String reference =
        supervisions.stream()
            .filter(each -> each.path("text").isTextual())
            .map(each -> each.path("text").asText())
            .collect(joining(" "));
    NemoTask task =
        NemoTask.of(
            custom(cut, supervisions, "taskname", "task"),
            custom(cut, supervisions, "source_lang"),
            custom(cut, supervisions, "target_lang"),
            single(supervisions, "language"));
    if (task.mistake() != null) {
      throw new UsageException("has " + task.mistake());
    }
    boolean unlabelled = supervisions.stream().noneMatch(each -> each.path("text").isTextual());
    return new LhotseLabels(
        task.language(),
        task.task(),
        single(supervisions, "speaker"),
        unlabelled ? null : reference);
  }

  private static void requireInside(JsonNode supervision, double durationS) {
    double start = supervision.path("start").asDouble(0);
    double end = start + supervision.path("duration").asDouble(durationS - start);
    if (start < -TOLERANCE_S || end > durationS + TOLERANCE_S) {
      throw new UsageException(
          ("has a supervision from %s to %s s, but the cut is %s s long, so its text covers more"
                  + " than the cut: trim the cuts to their supervisions")
              .formatted(start, end, durationS));
    }
  }

  private static void requireChannel(JsonNode said, JsonNode heard) {
    Set<Integer> channels = LhotseRecording.numbers(heard);
    Set<Integer> others = new HashSet<>(LhotseRecording.numbers(said));
    others.removeAll(channels);
    if (!channels.isEmpty() && !others.isEmpty()) {
      throw new UsageException(
          "has a supervision of channel %s, but the cut is of channel %s"
              .formatted(others, channels));
    }
  }

  /** The value of a field, if all supervisions that have the field agree. */
  private static String single(List<JsonNode> supervisions, String name) {
    List<String> values =
        supervisions.stream()
            .filter(each -> each.path(name).isTextual())
            .map(each -> each.path(name).asText())
            .distinct()
            .toList();
    return values.size() == 1 ? values.get(0) : null;
  }

  /** A custom field of the cut or, if it has none, of its supervisions. */
  private static String custom(JsonNode cut, List<JsonNode> supervisions, String... names) {
    for (String name : names) {
      if (cut.path("custom").path(name).isTextual()) {
        return cut.path("custom").path(name).asText();
      }
      String value = single(supervisions.stream().map(each -> each.path("custom")).toList(), name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
