package io.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.Rows;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlopLedgerTest {
  private static final int ROWS = 4;
  private static final CostPart[] PARTS = CostPart.values();

  @Test
  void theAccountIsTheSumOfWhatWasSpent() {
    Random random = new Random(8);
    FlopLedger ledger = new FlopLedger(ROWS);
    long[][] spent = new long[ROWS][PARTS.length];
    long[] dense = new long[ROWS];
    for (int entry = 0; entry < 2000; entry++) {
      int part = random.nextInt(PARTS.length);
      long flops = random.nextInt(1_000_000_000);
      boolean[] open = new boolean[ROWS];
      for (int row = 0; row < ROWS; row++) {
        open[row] = random.nextBoolean();
        spent[row][part] += open[row] ? flops : 0;
        dense[row] += flops;
      }
      ledger.module(PARTS[part], Rows.of(open), row -> flops);
    }
    for (int row = 0; row < ROWS; row++) {
      for (int part = 0; part < PARTS.length; part++) {
        assertThat(ledger.spent(row, PARTS[part])).isEqualTo(spent[row][part]);
      }
      long all = Arrays.stream(spent[row]).sum();
      assertThat(ledger.spent(row, PARTS)).isEqualTo(all);
      assertThat(ledger.spent(row, PARTS[3], PARTS[5])).isEqualTo(spent[row][3] + spent[row][5]);
      assertThat(ledger.spent(row)).isZero();
      assertThat(ledger.gigaSpent(row, PARTS)).isEqualTo(all / 1e9);
      assertThat(ledger.gigaDense(row)).isEqualTo(dense[row] / 1e9);
    }
  }

  @Test
  void aBatchOfSomeRowsGoesToTheirAccounts() {
    Random random = new Random(9);
    for (int trial = 0; trial < 50; trial++) {
      FlopLedger ledger = new FlopLedger(ROWS);
      int[] places = random.ints(1 + random.nextInt(ROWS), 0, ROWS).toArray();
      CostMeter batch = ledger.rows(places);
      long[] spent = new long[ROWS];
      long[] dense = new long[ROWS];
      for (int entry = 0; entry < 20; entry++) {
        int row = random.nextInt(places.length);
        batch.spend(CostPart.CTC, row, entry);
        batch.dense(CostPart.CTC, row, 2L * entry);
        spent[places[row]] += entry;
        dense[places[row]] += 2L * entry;
      }
      Arrays.fill(places, -1);
      batch.spend(CostPart.GATES, 0, 1);
      long gates = 0;
      for (int row = 0; row < ROWS; row++) {
        assertThat(ledger.spent(row, CostPart.CTC)).isEqualTo(spent[row]);
        assertThat(ledger.gigaDense(row)).isEqualTo(dense[row] / 1e9);
        gates += ledger.spent(row, CostPart.GATES);
      }
      assertThat(gates).isEqualTo(1);
    }
  }
}
