package io.espalier.search.ctc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.ReferenceCtc;
import io.espalier.ReferenceSets;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.Padding;
import io.espalier.search.SpokenLanguage;
import io.espalier.search.Utterance;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CtcLanguagesTest {
  @Test
  void itSaysWhatTheTranscriberSaysOfTheFirstWindow() {
    try (ReferenceCtc reference = ReferenceCtc.open(ReferenceSets.owsmCtc().get(0))) {
      int window = reference.model().config().windowSamples();
      List<Utterance> utterances =
          reference.recordings().stream()
              .map(wav -> new Utterance(wav, reference.samples(wav), null, "asr", null))
              .filter(utterance -> utterance.samples().length <= window)
              .toList();
      assertThat(utterances).hasSizeGreaterThan(2);
      Map<String, Transcribed> transcribed =
          DecodedCtc.open(reference, Padding.FULL, utterances.size(), 0).of(utterances);
      List<SpokenLanguage> found =
          DecodedCtc.owsm(reference)
              .languages(utterances.stream().map(Utterance::samples).toList());
      for (int i = 0; i < utterances.size(); i++) {
        Transcribed expected = transcribed.get(utterances.get(i).id());
        assertThat(found.get(i).language()).isEqualTo(expected.language());
        assertThat(found.get(i).probability())
            .isCloseTo(expected.languageProbability(), within(1e-5));
        assertThat((double) found.get(i).flops())
            .isCloseTo(1e9 * expected.gflops().total(), within(1.0));
      }
    }
  }
}
