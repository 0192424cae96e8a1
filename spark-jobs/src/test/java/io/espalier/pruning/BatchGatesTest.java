package io.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.Rows;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchGatesTest {
  private static final List<EncoderModule> ENCODER = List.of(EncoderModule.values());
  private static final List<DecoderModule> DECODER = List.of(DecoderModule.values());

  @Test
  void aModuleRunsForTheRowsWhoseGateIsOpen() {
    Random random = new Random(10);
    for (int trial = 0; trial < 50; trial++) {
      OwsmConfig config = SmallModels.draw(random);
      int batch = 1 + random.nextInt(6);
      List<GateSet> sets =
          IntStream.range(0, batch).mapToObj(row -> SmallModels.gates(config, random)).toList();
      List<OpenModules> encoders = sets.stream().map(GateSet::encoder).toList();
      for (int layer = 0; layer < config.encoder().numBlocks(); layer++) {
        for (EncoderModule module : ENCODER) {
          int place = 4 * layer + ENCODER.indexOf(module);
          check(BatchGates.encoder(encoders).encoder(layer, module, batch), encoders, place);
        }
      }
      List<OpenModules> decoders = sets.stream().map(GateSet::decoder).toList();
      for (int layer = 0; layer < config.decoder().numBlocks(); layer++) {
        for (DecoderModule module : DECODER) {
          int place = 3 * layer + DECODER.indexOf(module);
          check(BatchGates.decoder(decoders).decoder(layer, module, batch), decoders, place);
        }
      }
    }
  }

  private static void check(Rows rows, List<OpenModules> gates, int place) {
    assertThat(rows.batch()).isEqualTo(gates.size());
    assertThat(rows.indices())
        .containsExactly(
            IntStream.range(0, gates.size())
                .filter(row -> gates.get(row).text().charAt(place) == '1')
                .toArray());
  }
}
