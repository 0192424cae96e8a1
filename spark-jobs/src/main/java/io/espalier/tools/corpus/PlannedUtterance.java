package io.espalier.tools.corpus;

import io.espalier.tools.corpus.sound.AudioFormat;
import io.espalier.tools.corpus.voice.Voice;
import java.util.OptionalDouble;

/**
 * One utterance before it is spoken.
 *
 * @param id unique in the corpus
 * @param sentence what is said
 * @param voice who says it
 * @param speed words per minute of this utterance
 * @param task what the manifest asks for
 * @param snrDb signal-to-noise ratio in dB, present for noisy conditions
 * @param seed of noise, room, level and silences
 */
record PlannedUtterance(
    String id,
    Sentence sentence,
    Voice voice,
    int speed,
    Task task,
    Condition condition,
    OptionalDouble snrDb,
    AudioFormat format,
    long seed) {
  String transcript() {
    return sentence.text(voice.language());
  }

  String translation() {
    return sentence.english();
  }

  /** What the task's hypothesis is compared with. */
  String reference() {
    return switch (task) {
      case ASR -> transcript();
      case TRANSLATE_TO_ENGLISH -> translation();
    };
  }

  /** Path of the audio, relative to the manifest. */
  String audio() {
    return "audio/" + id + "." + format.label();
  }
}
