package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.Precision;
import io.espalier.search.LoadedOwsm;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** One owner of everything native. */
class LoadedOwsmTest {
  private static final Path BUNDLE = Path.of("src/main/demo/bundle");

  @Test
  void closingReleasesWeightsAndTokenizer() throws IOException {
    LoadedOwsm owsm = Bundle.open(BUNDLE).load(Device.cpu(), Precision.FLOAT32);
    assertThat(owsm.tokenizer().encode("one two")).isNotEmpty();
    assertThat(owsm.predictor()).isPresent();
    owsm.close();
    assertReleased(owsm);
  }

  @Test
  void theOwnerReleasesWhatIsStillOpen() throws IOException {
    LoadedOwsm first;
    LoadedOwsm second;
    try (NDManager owner = NDManager.newBaseManager("PyTorch")) {
      first = Bundle.open(BUNDLE).load(owner, Precision.FLOAT32);
      second = Bundle.open(BUNDLE).load(owner, Precision.FLOAT32);
      first.close();
      assertReleased(first);
      assertThat(owner.isOpen()).isTrue();
      assertThat(second.tokenizer().encode("one two")).isNotEmpty();
    }
    assertReleased(second);
  }

  private static void assertReleased(LoadedOwsm owsm) {
    assertThat(owsm.model().manager().isOpen()).isFalse();
    assertThatThrownBy(() -> owsm.tokenizer().encode("one two"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot use the tokenizer: it is closed");
  }
}
