package io.espalier.spark.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.audio.Waveform;
import io.espalier.conf.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Finds the file of a cut, if the file is exactly the audio of its recording. */
final class LhotseRecording {
  private static final Set<String> KINDS = Set.of("file", "url");

  private LhotseRecording() {}

  /**
   * The path or URL of a recording.
   *
   * @param channel those of the cut: a number, a list of numbers, or nothing for all
   * @throws UsageException if the cut is of something else than a file's audio; the message goes
   *     behind the cut's id
   */
  static String source(JsonNode recording, JsonNode channel) {
    requireUnchanged(recording.path("transforms"));
    Set<Integer> selected = numbers(channel);
    List<JsonNode> sources = new ArrayList<>();
    for (JsonNode source : recording.path("sources")) {
      Set<Integer> there = numbers(source.path("channels"));
      if (selected.isEmpty() || there.isEmpty() || there.stream().anyMatch(selected::contains)) {
        sources.add(source);
      }
    }
    if (sources.size() != 1) {
      throw new UsageException(
          String.format(
              Locale.ROOT, "has audio in %d sources, must be one file or URL", sources.size()));
    }
    JsonNode source = sources.get(0);
    requireFile(source);
    Set<Integer> there = numbers(source.path("channels"));
    if (!selected.isEmpty() && !there.isEmpty() && !selected.containsAll(there)) {
      throw new UsageException(
          String.format(
                  Locale.ROOT,
                  "selects channel %s of a file with channels %s, and channels cannot be selected:"
                      + " write it to a",
                  selected,
                  there)
              + " file of its own");
    }
    return source.path("source").asText();
  }

  private static void requireFile(JsonNode source) {
    String type = source.path("type").asText();
    if (type.equals("command")) {
      throw new UsageException(
          "has audio of type command, and shell commands are never run: write the audio to files"
              + " first");
    }
    if (type.equals("shar")) {
      throw new UsageException(
          "has audio of type shar, which is in another archive: save the audio with save_audios()");
    }
    if (!KINDS.contains(type) || !source.path("source").isTextual()) {
      throw new UsageException(
          String.format(Locale.ROOT, "has audio of type %s, must be one file or URL", type));
    }
  }

  /** Refuses transforms: they change the audio, and some also change its times. */
  private static void requireUnchanged(JsonNode transforms) {
    for (JsonNode transform : transforms) {
      if (!isOurOwnRate(transform)) {
        throw new UsageException(
            String.format(
                    Locale.ROOT,
                    "has recording.transforms %s, so the file is not the audio of the cut: save the"
                        + " audio with",
                    transform)
                + " save_audios(), or make cuts without the transform");
      }
    }
  }

  /**
   * Whether a transform only resamples, to our rate or higher. All audio is resampled to our rate
   * anyway.
   */
  private static boolean isOurOwnRate(JsonNode transform) {
    JsonNode target = transform.path("kwargs").path("target_sampling_rate");
    return transform.path("name").asText().equals("Resample")
        && target.isNumber()
        && target.intValue() >= Waveform.SAMPLE_RATE;
  }

  static Set<Integer> numbers(JsonNode node) {
    Set<Integer> numbers = new TreeSet<>();
    if (node.isNumber()) {
      numbers.add(node.intValue());
    }
    node.forEach(each -> numbers.add(each.intValue()));
    return numbers;
  }
}
