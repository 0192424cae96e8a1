package io.espalier.tools.benchmark;

import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.OwsmTranscriber;
import io.espalier.search.Padding;
import io.espalier.search.Utterance;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/** Transcribes one batch of noise, from samples to texts that all have as many tokens. */
final class NoiseSearch implements Runnable {
  private final RandomModel random;
  private final Load load;
  private final List<Utterance> utterances = new ArrayList<>();

  /**
   * What there is to do.
   *
   * @param batch utterances, all in one batch
   * @param tokens of each, which are as many steps of the decoder
   * @param clipS seconds of audio in each, at most one window
   */
  record Load(int beam, int batch, int tokens, Padding padding, double clipS) {
    Load withTokens(int others) {
      return new Load(beam, batch, others, padding, clipS);
    }
  }

  NoiseSearch(RandomModel random, Load load) {
    this.random = random;
    this.load = load;
    int samples = (int) Math.round(load.clipS() * random.model().config().frontend().sampleRate());
    Random noise = new Random(load.batch());
    for (int i = 0; i < load.batch(); i++) {
      float[] clip = new float[samples];
      for (int t = 0; t < samples; t++) {
        clip[t] = (float) (0.1 * noise.nextGaussian());
      }
      utterances.add(new Utterance("u" + i, clip, "eng", "asr", null));
    }
  }

  /**
   * @throws IllegalStateException if an utterance fails or has another number of tokens: it would
   *     have been other work
   */
  @Override
  public void run() {
    try (OwsmTranscriber transcriber =
        random.transcriber(load.beam(), load.tokens(), load.batch(), load.padding())) {
      Iterator<Outcome> outcomes = transcriber.transcribe(utterances.iterator());
      while (outcomes.hasNext()) {
        Outcome outcome = outcomes.next();
        // The end of the sentence follows.
        if (!(outcome instanceof Transcribed text) || text.tokens() != load.tokens() + 1) {
          throw new IllegalStateException(
              "Cannot measure: not %s tokens but %s".formatted(load.tokens(), outcome));
        }
      }
    }
  }
}
