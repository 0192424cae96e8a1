package io.espalier.search.ctc;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.WindowShape;
import io.espalier.owsm.OwsmConfig;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long recordings are cut. */
class LongWindowsTest {
  private static final OwsmConfig CONFIG = WindowShape.of(30);

  @Test
  void eachWindowBeginsWhereTheKeptPartOfTheOneBeforeEnds() {
    LongWindows cut = LongWindows.of(CONFIG, 4);
    assertThat(cut.window()).isEqualTo(480_000);
    assertThat(cut.step()).isEqualTo(22 * 16_000);
    assertThat(cut.start(0)).isEqualTo(-4 * 16_000);
    assertThat(cut.start(3) + cut.context()).isEqualTo(3 * cut.step());
    // Two convolutions of stride 2: 25 frames a second.
    assertThat(cut.frames()).isEqualTo(750);
    assertThat(cut.contextFrames()).isEqualTo(100);
  }

  /** The rule as ESPnet writes it: take windows from a padded signal until one is not full. */
  @Test
  void windowsEndWithTheFirstThatIsNotFull() {
    Random random = new Random(3);
    for (int trial = 0; trial < 300; trial++) {
      LongWindows cut = LongWindows.of(CONFIG, random.nextInt(15));
      int samples = 480_001 + random.nextInt(4_000_000);
      if (trial % 10 == 0) {
        // Windows that end exactly with the silence behind the recording.
        samples = cut.window() + cut.step() * (1 + trial / 10) - 2 * cut.context();
      }
      int padded = samples + 2 * cut.context();
      int expected = 0;
      int offset = 0;
      while (offset < padded) {
        int part = Math.min(cut.window(), padded - offset);
        expected++;
        if (part < cut.window()) {
          break;
        }
        offset += cut.step();
      }
      assertThat(cut.count(samples)).isEqualTo(expected);
    }
  }
}
