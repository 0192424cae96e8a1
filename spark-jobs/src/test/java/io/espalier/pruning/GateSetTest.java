package io.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.OwsmConfig;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GateSetTest {
  private static final OwsmConfig CONFIG = SmallModels.of(2, 1);

  @Test
  void theTextHasTheModulesOfALayerSideBySide() {
    GateSet gates = GateSet.parse("10110100/110");
    assertThat(gates.isOpen(0, EncoderModule.FFN1)).isTrue();
    assertThat(gates.isOpen(0, EncoderModule.ATT)).isFalse();
    assertThat(gates.isOpen(0, EncoderModule.CGMLP)).isTrue();
    assertThat(gates.isOpen(0, EncoderModule.FFN2)).isTrue();
    assertThat(gates.isOpen(1, EncoderModule.FFN1)).isFalse();
    assertThat(gates.isOpen(1, EncoderModule.ATT)).isTrue();
    assertThat(gates.isOpen(1, EncoderModule.FFN2)).isFalse();
    assertThat(gates.isOpen(0, DecoderModule.SELF)).isTrue();
    assertThat(gates.isOpen(0, DecoderModule.SRC)).isTrue();
    assertThat(gates.isOpen(0, DecoderModule.FFN)).isFalse();
  }

  @Test
  void textAndGatesAreTheSameInBothDirections() {
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      OwsmConfig config = SmallModels.draw(random);
      boolean[] encoder = new boolean[4 * config.encoder().numBlocks()];
      boolean[] decoder = new boolean[3 * config.decoder().numBlocks()];
      StringBuilder text = new StringBuilder();
      draw(encoder, random, text);
      text.append('/');
      draw(decoder, random, text);
      GateSet gates = new GateSet(OpenModules.of(encoder), OpenModules.of(decoder));
      assertThat(gates.text()).isEqualTo(text.toString());
      assertThat(GateSet.parse(text.toString())).isEqualTo(gates).hasSameHashCodeAs(gates);
      assertThat(gates.requireFits(config)).isSameAs(gates);
      for (int module = 0; module < encoder.length; module++) {
        assertThat(gates.encoder().isOpen(module)).isEqualTo(encoder[module]);
      }
    }
  }

  private static void draw(boolean[] gates, Random random, StringBuilder text) {
    for (int module = 0; module < gates.length; module++) {
      gates[module] = random.nextBoolean();
      text.append(gates[module] ? '1' : '0');
    }
  }

  @Test
  void setsThatDifferInOneGateAreNotEqual() {
    GateSet gates = GateSet.parse("1011/110");
    assertThat(GateSet.parse("1011/111")).isNotEqualTo(gates);
    assertThat(GateSet.parse("1010/110")).isNotEqualTo(gates);
  }

  @Test
  void whatIsNoGatesIsNamed() {
    for (String text : List.of("", "1011", "1011/", "/110", "1011/110/1", "1012/110", "1 1/110")) {
      assertThatThrownBy(() -> GateSet.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid gates: %s, must be ENCODER/DECODER with a 1 or a 0 for each module", text);
    }
    for (String text : List.of("2", "1/1", "+1", "1+", "1+1+1")) {
      assertThatThrownBy(() -> new OpenModules(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Invalid gates: '%s', must be a 1 or a 0 for each module", text);
    }
  }

  @Test
  void crossAttentionsOfAnOwsmCtcStandBehindAPlus() {
    OwsmConfig config = SmallModels.ctc(2, List.of(1));
    GateSet open = GateSet.open(config);
    assertThat(open.text()).isEqualTo("11111111+1/");
    assertThat(GateSet.parse(open.text())).isEqualTo(open);
    GateSet closed = GateSet.parse("11111110+0/").requireFits(config);
    assertThat(closed.encoder().count()).isEqualTo(9);
    assertThat(closed.isOpen(1, EncoderModule.FFN2)).isFalse();
    assertThat(closed.encoder().isOpen(8)).isFalse();
    assertThat(GateSet.parse("11111110+1/").encoder().isOpen(8)).isTrue();
    assertThat(closed.encoder().openShare()).isEqualTo(7 / 9.0);
    assertThat(closed.decoder().openShare()).isNaN();
    for (String text : List.of("111111111/1", "11111111/111", "1111111+11/", "11111111+11/")) {
      GateSet other = GateSet.parse(text);
      assertThatThrownBy(() -> other.requireFits(config))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid gates: %s, must be 8 times 0 or 1 for the encoder, a plus, 1 for its cross"
                  + " attentions, and a slash",
              text);
    }
  }

  @Test
  void gatesOfAnotherModelAreRefusedWithBothSizes() {
    for (String text : List.of("1111/111", "11111111/111111", "111111111/111", "11111111/11")) {
      GateSet gates = GateSet.parse(text);
      assertThatThrownBy(() -> gates.requireFits(CONFIG))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid gates: %s, must be 8 times 0 or 1 for the encoder, a slash, and 3 for the"
                  + " decoder",
              text);
    }
  }

  @Test
  void anOpenSetHasEveryModule() {
    assertThat(GateSet.open(CONFIG)).isEqualTo(GateSet.parse("11111111/111"));
  }

  @Test
  void theShareIsThatOfTheOpenModules() {
    assertThat(new OpenModules("1011").openShare()).isEqualTo(0.75);
    assertThat(new OpenModules("000").openShare()).isZero();
    assertThat(OpenModules.all(7).openShare()).isEqualTo(1);
    assertThat(OpenModules.all(7).count()).isEqualTo(7);
  }
}
