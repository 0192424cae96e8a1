package io.espalier.spark.manifest;

import java.util.Locale;
import java.util.Set;

/**
 * The language and task of a row of NeMo's manifests for Canary, in OWSM's terms.
 *
 * @param language spoken language; null if unknown
 * @param task null if the row names none
 * @param mistake why the row cannot be used, or null
 */
record NemoTask(String language, String task, String mistake) {
  private static final Set<String> RECOGNITION = Set.of("asr", "transcribe", "transcription");
  private static final Set<String> TRANSLATION =
      Set.of("ast", "st", "s2t_translation", "translate", "translation");

  /**
   * Combines NeMo's fields. Canary's newer models have no task: they translate if the languages
   * differ.
   *
   * @param taskname {@code asr}, {@code ast}, ..., or null
   * @param sourceLang spoken, or null
   * @param targetLang written, or null
   * @param lang spoken or written, or null
   */
  static NemoTask of(String taskname, String sourceLang, String targetLang, String lang) {
    String kind = taskname == null ? "" : taskname.strip().toLowerCase(Locale.ROOT);
    String written = language(targetLang);
    String other = language(lang);
    boolean writtenOnly = sourceLang == null && written != null && written.equals(other);
    boolean translates = TRANSLATION.contains(kind) || kind.startsWith("st_");
    String spoken = language(sourceLang);
    if (spoken == null) {
      spoken = writtenOnly && !RECOGNITION.contains(kind) ? null : other;
    } else if (other != null && !other.equals(spoken) && !other.equals(written)) {
      return refused("lang '%s' is neither source_lang nor target_lang".formatted(lang));
    }
    if (written != null && !written.matches(LanguageCodes.CODE)) {
      return refused("target_lang '%s' is not a language".formatted(targetLang));
    }
    if (!kind.isEmpty() && !translates && !RECOGNITION.contains(kind)) {
      return refused("taskname '%s' is neither asr nor ast".formatted(taskname));
    }
    return translates
        ? translation(kind, spoken, written)
        : recognition(!kind.isEmpty(), spoken, written, targetLang);
  }

  private static NemoTask translation(String kind, String spoken, String written) {
    String named = kind.startsWith("st_") ? kind.substring("st_".length()) : written;
    if (named == null) {
      return refused("taskname '%s' needs a target_lang".formatted(kind));
    }
    if (written != null && !named.equals(written)) {
      return refused("taskname '%s' does not match target_lang '%s'".formatted(kind, written));
    }
    if (named.equals(spoken)) {
      return refused("taskname '%s' translates '%s' into itself".formatted(kind, spoken));
    }
    return new NemoTask(spoken, "st_" + named, null);
  }

  private static NemoTask recognition(
      boolean asked, String spoken, String written, String targetLang) {
    if (written == null) {
      return new NemoTask(spoken, asked ? "asr" : null, null);
    }
    if (spoken == null && !asked) {
      return refused("target_lang '%s' needs a source_lang or a taskname".formatted(targetLang));
    }
    if (spoken == null || spoken.equals(written)) {
      return new NemoTask(written, "asr", null);
    }
    return asked
        ? refused(
            "taskname 'asr' is for source_lang '%s', but target_lang is '%s'"
                .formatted(spoken, written))
        : new NemoTask(spoken, "st_" + written, null);
  }

  private static NemoTask refused(String mistake) {
    return new NemoTask(null, null, mistake);
  }

  private static String language(String text) {
    String code = LanguageCodes.normalize(text);
    return LanguageCodes.IDENTIFY.equals(code) ? null : code;
  }
}
