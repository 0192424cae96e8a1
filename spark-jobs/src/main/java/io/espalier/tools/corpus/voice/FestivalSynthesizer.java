package io.espalier.tools.corpus.voice;

import java.io.IOException;
import java.util.Locale;

/** Festival in the language of its voice. */
final class FestivalSynthesizer implements Synthesizer {
  @Override
  public Speech speak(String text, Voice voice, int speed)
      throws IOException, InterruptedException {
    FestivalVoice own = FestivalVoice.of(voice);
    String settings =
        own.hertz() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "(Parameter.set 'Duration_Stretch %.3f)%n"
                    + "(set! int_lr_params '((target_f0_mean %.1f) (target_f0_std 14)"
                    + " (model_f0_mean 170) (model_f0_std 34)))",
                Tempo.stretch(voice, speed),
                own.hertz() * Tempo.pitch(voice));
    return Festival.speak(own, settings, "(Utterance Text \"%s\")".formatted(text));
  }
}
