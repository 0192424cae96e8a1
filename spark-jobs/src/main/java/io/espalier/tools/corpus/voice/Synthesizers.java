package io.espalier.tools.corpus.voice;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** All makers of speech, each for its voices. */
public final class Synthesizers implements Synthesizer {
  private final Map<Maker, Synthesizer> makers = new EnumMap<>(Maker.class);

  /** The programs on the PATH. */
  public Synthesizers() {
    EspeakSynthesizer espeak = new EspeakSynthesizer();
    makers.put(Maker.ESPEAK, espeak);
    makers.put(Maker.FLITE, new FliteSynthesizer());
    makers.put(Maker.FESTIVAL, new FestivalSynthesizer());
    makers.put(Maker.ACCENT, new AccentSynthesizer(espeak));
  }

  @Override
  public Speech speak(String text, Voice voice, int speed)
      throws IOException, InterruptedException {
    Speech speech = makers.get(voice.maker()).speak(text, voice, speed);
    // Played faster, so that resonances and pitch rise together.
    return new Speech(speech.samples(), (int) Math.round(speech.sampleRate() * voice.size()));
  }
}
