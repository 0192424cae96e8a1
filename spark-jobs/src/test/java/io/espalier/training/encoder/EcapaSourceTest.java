package io.espalier.training.encoder;

import io.espalier.Locales;
import io.espalier.context.SpeakerConfig;
import io.espalier.features.MelSpectrogramConfig;
import org.junit.jupiter.api.Test;

class EcapaSourceTest {
  @Test
  void theTrainingStepIsTheSameInEveryLocale() throws Exception {
    SpeakerConfig config =
        new SpeakerConfig(
            new MelSpectrogramConfig(true, 512, 400, 160, 80, 20, 7600, true, true),
            1024,
            8,
            1536,
            1536,
            192);
    Locales.assertSameInAll(() -> EcapaSource.of(new EncoderLayout(config, 1234), config, 30.5));
  }
}
