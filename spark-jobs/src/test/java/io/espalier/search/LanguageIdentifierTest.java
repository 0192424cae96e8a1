package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.ReferenceModel;
import io.espalier.ReferenceSets;
import io.espalier.pruning.FlopLedger;
import io.espalier.search.beam.DecodingOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanguageIdentifierTest {
  @Test
  void itSaysWhatTheRecognizerSaysWithoutTheSearch() {
    try (ReferenceModel reference = ReferenceModel.open(ReferenceSets.owsmAed().get(0))) {
      List<float[]> recordings =
          reference.recordings().stream()
              .limit(3)
              .map(reference::samples)
              .filter(samples -> samples.length <= reference.model().config().windowSamples())
              .toList();
      LanguageIdentifier identifier = new LanguageIdentifier(reference.model(), reference.tokens());
      DecodingOptions oneToken = new DecodingOptions(1, 0, -1, 0, 0, false, false, false, 29, 0.2);
      Recognizer recognizer =
          new Recognizer(reference.model(), reference.tokens(), oneToken, Padding.FULL);
      int task = reference.tokens().task("asr").getAsInt();
      List<Window> windows =
          recordings.stream().map(samples -> new Window(samples, -1, task, null, false)).toList();
      List<WindowResult> expected =
          recognizer.recognize(windows, windows.size(), new FlopLedger(windows.size())).stream()
              .map(Recognized::result)
              .toList();
      List<SpokenLanguage> found = identifier.identify(recordings);
      for (int i = 0; i < windows.size(); i++) {
        assertThat(found.get(i).language())
            .isEqualTo(reference.tokens().languageCode(expected.get(i).language()));
        assertThat(found.get(i).probability())
            .isCloseTo(expected.get(i).languageProbability(), within(1e-5));
        assertThat(found.get(i).flops()).isPositive();
      }
    }
  }
}
