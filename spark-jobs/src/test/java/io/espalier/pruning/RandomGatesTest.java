package io.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.owsm.CostMeter;
import io.espalier.owsm.OwsmConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomGatesTest {
  @Test
  void asManyModulesAreOpenAsAskedFor() {
    Random random = new Random(5);
    for (int trial = 0; trial < 200; trial++) {
      OwsmConfig config = SmallModels.draw(random);
      GateChoice.Random choice =
          new GateChoice.Random(random.nextDouble(), random.nextDouble(), random.nextInt(1000));
      GatePolicy policy = policy(config, choice);
      List<GateInput> rows = inputs("u" + trial, "v" + trial);
      int encoder = 4 * config.encoder().numBlocks();
      int decoder = 3 * config.decoder().numBlocks();
      for (OpenModules modules : encoders(policy, rows)) {
        assertThat(modules.count()).isEqualTo(encoder);
        assertThat(open(modules)).isEqualTo(Math.round(choice.encoderShare() * encoder));
      }
      for (OpenModules modules : policy.decoder(null, null, rows, CostMeter.NONE)) {
        assertThat(modules.count()).isEqualTo(decoder);
        assertThat(open(modules)).isEqualTo(Math.round(choice.decoderShare() * decoder));
      }
    }
  }

  @Test
  void anUtterancesDrawDependsOnItsIdAndTheSeedAlone() {
    OwsmConfig config = SmallModels.of(5, 5);
    GatePolicy policy = policy(config, new GateChoice.Random(0.5, 0.5, 9));
    List<String> ids = new ArrayList<>(IntStream.range(0, 50).mapToObj(i -> "u" + i).toList());
    List<OpenModules> together = encoders(policy, inputs(ids.toArray(String[]::new)));
    List<Integer> order = new ArrayList<>(IntStream.range(0, 50).boxed().toList());
    Collections.shuffle(order, new Random(6));
    for (int row : order) {
      assertThat(encoders(policy, inputs("other", ids.get(row))).get(1))
          .isEqualTo(together.get(row));
    }
    assertThat(new HashSet<>(together)).hasSizeGreaterThan(40);
    GatePolicy other = policy(config, new GateChoice.Random(0.5, 0.5, 10));
    assertThat(encoders(other, inputs(ids.toArray(String[]::new)))).isNotEqualTo(together);
  }

  @Test
  void everyModuleIsOpenAsOftenAsAnyOther() {
    GatePolicy policy = policy(SmallModels.of(2, 1), new GateChoice.Random(0.25, 0.5, 1));
    String[] ids = IntStream.range(0, 4000).mapToObj(i -> "u" + i).toArray(String[]::new);
    List<OpenModules> drawn = encoders(policy, inputs(ids));
    for (int module = 0; module < 8; module++) {
      int place = module;
      double share = drawn.stream().filter(one -> one.isOpen(place)).count() / 4000.0;
      // Four standard deviations.
      assertThat(share).isCloseTo(0.25, within(4 * Math.sqrt(0.25 * 0.75 / 4000)));
    }
  }

  @Test
  void nothingIsLookedAtThatCosts() {
    GatePolicy policy = policy(SmallModels.of(1, 1), new GateChoice.Random(0.5, 0.5, 1));
    assertThat(policy.differs()).isTrue();
    assertThat(policy.contextFlops(new UtteranceContext(null, null, Double.NaN, 7, 9))).isZero();
  }

  private static GatePolicy policy(OwsmConfig config, GateChoice choice) {
    return choice.policy(config, Optional.empty());
  }

  private static List<OpenModules> encoders(GatePolicy policy, List<GateInput> rows) {
    return policy.encoder(null, null, rows, CostMeter.NONE);
  }

  private static long open(OpenModules modules) {
    return IntStream.range(0, modules.count()).filter(modules::isOpen).count();
  }

  static List<GateInput> inputs(String... ids) {
    return Arrays.stream(ids)
        .map(id -> new GateInput(id, "eng", "asr", UtteranceContext.NONE, 10))
        .toList();
  }
}
