package io.espalier.spark.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NemoTaskTest {
  @ParameterizedTest
  @CsvSource({
    // taskname, source_lang, target_lang, lang, language, task
    ", , , , ,",
    ", , , de, deu,",
    "asr, en, en, , eng, asr",
    "asr, , , de, deu, asr",
    "asr, , de, , deu, asr",
    "asr, , de, de, deu, asr",
    "transcribe, en, , , eng, asr",
    "ast, de, en, , deu, st_eng",
    "AST, de, en, en, deu, st_eng",
    "s2t_translation, de, fr, fr, deu, st_fra",
    "translate, de-DE, English, , deu, st_eng",
    "ast, , en, en, , st_eng",
    ", de, en, , deu, st_eng",
    ", de, en, de, deu, st_eng",
    ", de, de, , deu, asr",
    ", de, , de, deu,",
    "st_eng, de, , , deu, st_eng",
    "st_eng, de, en, , deu, st_eng"
  })
  void fieldsBecomeOneLanguageAndOneTask(
      String taskname, String source, String target, String lang, String language, String task) {
    NemoTask found = NemoTask.of(taskname, source, target, lang);
    assertThat(found).isEqualTo(new NemoTask(language, task, null));
  }

  @ParameterizedTest
  @CsvSource({
    "vqa, en, en, , taskname 'vqa' is neither asr nor ast",
    "asr, de, en, , target_lang is 'eng'",
    "ast, de, , , needs a target_lang",
    "ast, de, de, , into itself",
    "st_fra, de, en, , does not match target_lang 'eng'",
    ", , en, , needs a source_lang or a taskname",
    ", , en, en, needs a source_lang or a taskname",
    "ast, de, en, fr, lang 'fr' is neither source_lang nor target_lang",
    "ast, de, klingon, , target_lang 'klingon' is not a language"
  })
  void whatContradictsItselfIsRefused(
      String taskname, String source, String target, String lang, String mistake) {
    assertThat(NemoTask.of(taskname, source, target, lang).mistake()).contains(mistake);
  }
}
