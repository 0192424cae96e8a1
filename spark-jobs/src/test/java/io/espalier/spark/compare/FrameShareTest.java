package io.espalier.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.conf.UsageException;
import io.espalier.owsm.frames.FrameChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameShareTest {
  private final List<String> tried = new ArrayList<>();

  @Test
  void theCostIsThatOfTheOther() throws IOException {
    for (double wanted : new double[] {1.75, 1.4, 1.1, 0.8}) {
      tried.clear();
      String option = new FrameShare(this::cost).find("v", "drop", 2, 1.8, wanted);
      assertThat(option).startsWith("drop:").endsWith("@2");
      assertThat(cost(option)).isCloseTo(wanted, within(0.01 * wanted));
      assertThat(tried).hasSizeLessThan(8);
    }
  }

  @Test
  void whatCannotBeAsCheapIsNamed() {
    assertThatThrownBy(() -> new FrameShare(this::cost).find("v", "merge", 2, 1.8, 0.3))
        .isInstanceOf(UsageException.class)
        .hasMessageMatching(
            "Cannot make variant v as cheap as 0.300 GFLOPs: it costs [0-9.]+ with frames"
                + " merge:0.950@2. Reduce frames behind an earlier layer");
  }

  /** Falls with the frames, and a bit more at first. */
  private double cost(String option) {
    tried.add(option);
    double left = 1 - FrameChoice.parse(option).share();
    return 0.6 + 0.9 * left + 0.3 * left * left;
  }
}
