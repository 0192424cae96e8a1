package io.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.owsm.CostMeter;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateChoice.Learned;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GateChoiceTest {
  private static final OwsmConfig CONFIG = SmallModels.of(2, 1);
  private static final Learned LEARNED = new Learned(Set.of(ContextKind.TASK), 0.25);

  @Test
  void theDocumentedTextsAreKnown() {
    assertThat(parse("learned")).isSameAs(LEARNED);
    assertThat(parse("open")).isEqualTo(new GateChoice.Open());
    assertThat(parse("fixed:10110111/101"))
        .isEqualTo(new GateChoice.Fixed(GateSet.parse("10110111/101")));
    GateChoice.Random random = (GateChoice.Random) parse("random:0.5/0.6:7");
    assertThat(random.encoderShare()).isEqualTo(0.5);
    assertThat(random.decoderShare()).isEqualTo(0.6);
    assertThat(random.seed()).isEqualTo(7);
    assertThat(random).isEqualTo(new GateChoice.Random(0.5, 0.6, 7));
  }

  @Test
  void everyChoiceComesBackFromItsText() {
    Random random = new Random(2);
    for (int trial = 0; trial < 300; trial++) {
      GateChoice choice =
          switch (trial % 5) {
            case 0 -> LEARNED;
            case 1 -> new GateChoice.Open();
            case 2 -> new GateChoice.Fixed(SmallModels.gates(SmallModels.draw(random), random));
            case 3 ->
                new GateChoice.ByLanguage(
                    new TreeMap<>(
                        Map.of(
                            "deu", SmallModels.gates(SmallModels.draw(random), random),
                            "eng", SmallModels.gates(SmallModels.draw(random), random))));
            default ->
                new GateChoice.Random(
                    random.nextDouble() * Math.pow(10, -random.nextInt(9)),
                    random.nextInt(3) / 2.0,
                    random.nextLong(1_000_000_000_000_000_000L));
          };
      assertThat(parse(choice.text())).isEqualTo(choice);
    }
  }

  @Test
  void sharesAreReadAsTheyWereMade() {
    Random random = new Random(3);
    for (int trial = 0; trial < 100; trial++) {
      double encoder = random.nextDouble();
      double decoder = random.nextDouble() * 1e-6;
      GateChoice.Random choice = new GateChoice.Random(encoder, decoder, trial);
      assertThat(choice.encoderShare()).isEqualTo(encoder);
      assertThat(choice.decoderShare()).isEqualTo(decoder);
      assertThat(choice.seed()).isEqualTo(trial);
    }
  }

  @Test
  void theSpellingOfRandomSharesStays() {
    assertThat(parse("random:0.5000/0.60:007").text()).isEqualTo("random:0.5000/0.60:007");
  }

  @Test
  void anUnknownChoiceIsNamedWithTheKnownOnes() {
    for (String text : List.of("", "Learned", "closed", "fixed", "random", "1111/111")) {
      assertThatThrownBy(() -> parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid gates: %s, must be learned, open, fixed:BITS/BITS,"
                  + " by-language:CODE=BITS/BITS,... or random:SHARE/SHARE:SEED",
              text);
    }
  }

  @Test
  void fixedGatesThatAreNoneAreNamed() {
    assertThatThrownBy(() -> parse("fixed:11x1/111"))
        .hasMessage(
            "Invalid gates: 11x1/111, must be ENCODER/DECODER with a 1 or a 0 for each module");
  }

  @Test
  void randomGatesThatAreNoneAreNamed() {
    for (String shares :
        List.of(
            "",
            "0.5/0.6",
            "0.5:7",
            "1.1/0.5:7",
            "0.5/1.01:7",
            "-0.1/0.5:7",
            "0.5/0.5:-1",
            ".5/0.5:1",
            "0.5/0.5:1234567890123456789")) {
      assertThatThrownBy(() -> parse("random:" + shares))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid random gates: %s, must be like 0.5/0.6:7, the shares of open modules in"
                  + " encoder and decoder and a seed",
              shares);
    }
    for (double share : new double[] {-0.1, 1.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new GateChoice.Random(share, 0.5, 1))
          .hasMessageStartingWith("Invalid random gates: ");
    }
  }

  @Test
  void aTargetOutsideOfZeroToOneIsNamed() {
    for (double target : new double[] {-0.1, 1.1, Double.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> new Learned(Set.of(), target))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Invalid target sparsity: %s, must be between 0 and 1", target);
    }
    assertThat(new Learned(Set.of(), 0).target()).isZero();
    assertThat(new Learned(Set.of(), 1).target()).isEqualTo(1);
    assertThat(Learned.DEFAULTS.target()).isNaN();
    assertThat(Learned.DEFAULTS.contexts()).isEqualTo(EnumSet.allOf(ContextKind.class));
  }

  @Test
  void eachLanguageHasItsOwnGates() {
    GateSet open = GateSet.open(CONFIG);
    GateSet closed = GateSet.parse(open.text().replace('1', '0'));
    GatePolicy policy =
        parse("by-language:eng=%s,deu=%s".formatted(open.text(), closed.text()))
            .policy(CONFIG, Optional.empty());
    List<GateInput> rows =
        List.of(
            new GateInput("a", "deu", "asr", UtteranceContext.NONE, 1),
            new GateInput("b", "eng", "asr", UtteranceContext.NONE, 1));
    assertThat(policy.encoder(null, null, rows, CostMeter.NONE))
        .containsExactly(closed.encoder(), open.encoder());
    assertThat(policy.decoder(null, null, rows, CostMeter.NONE))
        .containsExactly(closed.decoder(), open.decoder());
    assertThat(policy.differs()).isTrue();
    assertThat(policy.refusal("deu")).isEmpty();
    assertThat(policy.refusal(null))
        .contains(
            "Cannot choose gates by language: the row names none. Add the language to the"
                + " manifest");
    assertThat(policy.refusal("fra"))
        .contains("Cannot choose gates by language: there are none for fra, only for deu, eng");
    for (String wrong : List.of("", "eng", "eng=1/1,eng=1/1", "=1/1", "eng=1/1,")) {
      assertThatThrownBy(() -> parse("by-language:" + wrong))
          .hasMessage(
              "Invalid gates: by-language:%s, must be like"
                  + " by-language:deu=BITS/BITS,eng=BITS/BITS",
              wrong);
    }
    assertThatThrownBy(() -> parse("by-language:eng=1/1").policy(CONFIG, Optional.empty()))
        .hasMessageStartingWith("Invalid gates: 1/1, must be ");
  }

  @Test
  void withoutPredictorsLearnedGatesAreOpen() {
    GateSet open = GateSet.open(CONFIG);
    assertThat(Learned.DEFAULTS.policy(CONFIG, Optional.empty())).isEqualTo(new FixedGates(open));
    assertThat(new GateChoice.Open().policy(CONFIG, Optional.empty()))
        .isEqualTo(new FixedGates(open));
  }

  @Test
  void fixedGatesAreTheSameForEveryUtterance() {
    GateSet gates = GateSet.parse("10110111/101");
    GatePolicy policy = new GateChoice.Fixed(gates).policy(CONFIG, Optional.empty());
    List<GateInput> rows = RandomGatesTest.inputs("a", "b", "c");
    assertThat(policy.differs()).isFalse();
    assertThat(policy.encoder(null, null, rows, CostMeter.NONE))
        .hasSize(3)
        .containsOnly(gates.encoder());
    assertThat(policy.decoder(null, null, rows, CostMeter.NONE))
        .hasSize(3)
        .containsOnly(gates.decoder());
    assertThat(policy.contextFlops(new UtteranceContext(null, null, Double.NaN, 7, 9))).isZero();
  }

  @Test
  void fixedGatesOfAnotherModelAreRefused() {
    GateChoice choice = parse("fixed:1111/111");
    assertThatThrownBy(() -> choice.policy(CONFIG, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid gates: 1111/111, must be 8 times 0 or 1");
  }

  @Test
  void everyChoiceCanBeShippedToTasks() throws Exception {
    for (GateChoice choice :
        List.of(LEARNED, parse("open"), parse("fixed:10110111/101"), parse("random:0.5/0.60:7"))) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(choice);
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        assertThat(in.readObject()).isEqualTo(choice);
      }
    }
  }

  private static GateChoice parse(String text) {
    return GateChoice.parse(text, LEARNED);
  }
}
