package io.espalier.spark.stage;

import io.espalier.context.ContextOptions;
import io.espalier.files.Sha256;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.spark.context.ContextFactory;
import io.espalier.spark.context.ContextJoin;
import io.espalier.spark.transcribe.TranscriberFactory;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Identifies everything, apart from the row, that determines a transcript: model, options, code.
 * Batches, groups and tasks are not part of it. Neither are the limits that make a row fail,
 * because failed rows are computed again anyway.
 */
public final class Fingerprint {
  private Fingerprint() {}

  /**
   * Of a whole job.
   *
   * @param transcriber see {@link TranscriberFactory#fingerprint()}
   * @param contexts see {@link ContextJoin#fingerprint()}; empty without
   * @param language of the rows that name none; null if it is identified
   * @param task of the rows that name none
   */
  public static String ofJob(
      String transcriber, String contexts, String language, String task, String codeVersion) {
    return of(
        Map.of(
            "transcriber", transcriber,
            "contexts", contexts,
            "language", String.valueOf(language),
            "task", task,
            "code", codeVersion));
  }

  /**
   * Of a model and the way it decodes.
   *
   * @param bundle SHA-256 of the bundle
   * @param asked of learned gates; it counts where other gates are chosen too, as it always has, so
   *     that runs of before are found
   */
  public static String ofModel(
      String bundle, String precision, Decoding decoding, GateChoice.Learned asked) {
    Map<String, String> parts = new HashMap<>();
    parts.put("bundle", bundle);
    parts.put("precision", precision);
    parts.put("padding", decoding.padding().name());
    if (decoding.windowContextS() != Decoding.DEFAULTS.windowContextS()) {
      // Runs from before the option keep their fingerprints.
      parts.put("windowContextS", String.valueOf(decoding.windowContextS()));
    }
    parts.put("gates", decoding.gates().text());
    parts.put("gates.contexts", new TreeSet<>(asked.contexts()).toString());
    parts.put("gates.target", String.valueOf(asked.target()));
    if (decoding.frames().isReducing()) {
      // Only then, so that runs of before are found.
      parts.put("frames", decoding.frames().text());
    }
    if (decoding.words()) {
      parts.put("words", "true");
    }
    if (decoding.skipSilence()) {
      parts.put("skip-silence", "true");
    }
    for (RecordComponent component : DecodingOptions.class.getRecordComponents()) {
      parts.put(
          "option." + component.getName(), String.valueOf(value(component, decoding.options())));
    }
    return of(parts);
  }

  /**
   * Of a context job.
   *
   * @param encoders see {@link ContextFactory#fingerprint()}
   * @param language of the rows that name none; null if it is identified
   */
  public static String ofContexts(
      String encoders, String language, ContextOptions options, String codeVersion) {
    return of(
        Map.of(
            "encoders", encoders,
            "language", String.valueOf(language),
            "speakerWindowS", String.valueOf(options.speakerWindowS()),
            "eventWindowS", String.valueOf(options.eventWindowS()),
            "minLanguageProbability", String.valueOf(options.minLanguageProbability()),
            "uncertainLanguage", String.valueOf(options.uncertainLanguage()),
            "code", codeVersion));
  }

  /**
   * Of some files of a bundle.
   *
   * @param digests SHA-256 by file name
   * @param pattern regular expression for the names of those that count
   * @return empty if there are none
   */
  public static String ofFiles(Map<String, String> digests, String pattern) {
    Map<String, String> chosen = new HashMap<>(digests);
    chosen.keySet().removeIf(name -> !name.matches(pattern));
    return chosen.isEmpty() ? "" : of(chosen);
  }

  private static String of(Map<String, String> parts) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(parts)
        .forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return Sha256.of(text.toString());
  }

  private static Object value(RecordComponent component, DecodingOptions options) {
    try {
      return component.getAccessor().invoke(options);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read decoding option: " + component.getName(), e);
    }
  }
}
