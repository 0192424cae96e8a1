package io.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GateArraysTest {
  private static final int SPEAKER = 6;
  private static final int EVENT = 4;
  private static final List<String> LANGUAGES = List.of("eng", "deu");
  private static final List<String> TASKS = List.of("asr", "st_eng");
  private static final GateConfig CONFIG =
      new GateConfig(
          EnumSet.allOf(ContextKind.class),
          SPEAKER,
          EVENT,
          LANGUAGES,
          TASKS,
          8,
          16,
          new SparsityRange(0.1, 0.7),
          new SparsityRange(0.2, 0.5),
          0.4);

  /** Rows with what predictors may see of each and the sparsity asked for. */
  private record Rows(List<GateInput> inputs, List<Set<ContextKind>> seen, List<Double> targets) {
    GateArrays arrays() {
      return GateArrays.of(
          CONFIG, inputs, seen, targets.stream().mapToDouble(one -> one).toArray());
    }
  }

  @Test
  void embeddingsHaveLengthOneWhereTheyAreSeen() {
    Random random = new Random(11);
    for (int trial = 0; trial < 100; trial++) {
      Rows rows = draw(random);
      GateArrays arrays = rows.arrays();
      for (int row = 0; row < rows.inputs().size(); row++) {
        UtteranceContext context = rows.inputs().get(row).context();
        Set<ContextKind> seen = rows.seen().get(row);
        boolean speaker = seen.contains(ContextKind.SPEAKER) && context.speaker() != null;
        boolean event = seen.contains(ContextKind.EVENT) && context.event() != null;
        checkVector(arrays.speaker(), row, SPEAKER, speaker ? context.speaker() : null);
        checkVector(arrays.event(), row, EVENT, event ? context.event() : null);
        assertThat(arrays.known()[4 * row]).isEqualTo(speaker ? 1f : 0f);
        assertThat(arrays.known()[4 * row + 1]).isEqualTo(event ? 1f : 0f);
      }
    }
  }

  private static void checkVector(float[] all, int row, int size, float[] own) {
    double square = 0;
    for (int i = 0; own != null && i < size; i++) {
      square += (double) own[i] * own[i];
    }
    for (int i = 0; i < size; i++) {
      double expected = own == null ? 0 : own[i] / Math.sqrt(square);
      assertThat((double) all[row * size + i]).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void namesAreIdsWhereTheyAreSeenAndKnown() {
    Random random = new Random(12);
    for (int trial = 0; trial < 100; trial++) {
      Rows rows = draw(random);
      GateArrays arrays = rows.arrays();
      for (int row = 0; row < rows.inputs().size(); row++) {
        GateInput input = rows.inputs().get(row);
        Set<ContextKind> seen = rows.seen().get(row);
        checkId(arrays, row, 0, seen.contains(ContextKind.LANGUAGE), LANGUAGES, input.language());
        checkId(arrays, row, 1, seen.contains(ContextKind.TASK), TASKS, input.task());
      }
    }
  }

  private static void checkId(
      GateArrays arrays, int row, int column, boolean seen, List<String> names, String name) {
    boolean known = seen && name != null && names.contains(name);
    assertThat(arrays.known()[4 * row + 2 + column]).isEqualTo(known ? 1f : 0f);
    assertThat(arrays.ids()[2 * row + column]).isEqualTo(known ? names.indexOf(name) : 0);
  }

  @Test
  void targetsAreBroughtIntoTheRangesThatWereTrainedFor() {
    Rows rows = draw(new Random(13));
    for (double asked = 0; asked <= 1; asked += 0.05) {
      List<Double> targets = Collections.nCopies(rows.inputs().size(), asked);
      GateArrays arrays = new Rows(rows.inputs(), rows.seen(), targets).arrays();
      assertThat(arrays.targets()[0]).isEqualTo((float) Math.max(0.1, Math.min(0.7, asked)));
      assertThat(arrays.targets()[1]).isEqualTo((float) Math.max(0.2, Math.min(0.5, asked)));
    }
  }

  @Test
  void framesShareTheMeanOverARowsOwnLength() {
    Random random = new Random(14);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      for (int trial = 0; trial < 20; trial++) {
        Rows rows = draw(random);
        int padded = 1 + random.nextInt(20);
        NDArray[] arrays = rows.arrays().arrays(manager, padded);
        int count = rows.inputs().size();
        assertThat(arrays[0].getShape().getShape()).containsExactly(count, padded, 1);
        assertThat(arrays[1].getShape().getShape()).containsExactly(count, SPEAKER);
        assertThat(arrays[2].getShape().getShape()).containsExactly(count, EVENT);
        assertThat(arrays[3].getShape().getShape()).containsExactly(count, 4);
        assertThat(arrays[4].getShape().getShape()).containsExactly(count, 2);
        assertThat(arrays[5].getShape().getShape()).containsExactly(count, 2);
        float[] shares = arrays[0].toFloatArray();
        for (int row = 0; row < count; row++) {
          int own = Math.max(1, Math.min(padded, rows.inputs().get(row).frames()));
          for (int frame = 0; frame < padded; frame++) {
            assertThat(shares[row * padded + frame]).isEqualTo(frame < own ? 1f / own : 0f);
          }
        }
      }
    }
  }

  @Test
  void anEmbeddingOfAnotherEncoderIsRefused() {
    UtteranceContext context = new UtteranceContext(new float[5], null, Double.NaN, 0, 0);
    Rows rows =
        new Rows(
            List.of(new GateInput("u", "eng", "asr", context, 10)),
            List.of(Set.of(ContextKind.SPEAKER)),
            List.of(0.5));
    assertThatThrownBy(rows::arrays)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot use speaker embedding of 5 numbers: the gate predictors were trained with 6."
                + " Compute the contexts with the encoders of the same bundle");
  }

  private static Rows draw(Random random) {
    List<GateInput> inputs = new ArrayList<>();
    List<Set<ContextKind>> seen = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int row = 0; row < count; row++) {
      UtteranceContext context =
          new UtteranceContext(vector(SPEAKER, random), vector(EVENT, random), Double.NaN, 0, 0);
      String language = new String[] {"eng", "deu", "fra", null}[random.nextInt(4)];
      String task = new String[] {"asr", "st_eng", "st_deu"}[random.nextInt(3)];
      inputs.add(new GateInput("u" + row, language, task, context, random.nextInt(25)));
      Set<ContextKind> kinds = EnumSet.noneOf(ContextKind.class);
      for (ContextKind kind : ContextKind.values()) {
        if (random.nextBoolean()) {
          kinds.add(kind);
        }
      }
      seen.add(kinds);
    }
    return new Rows(inputs, seen, random.doubles(count).boxed().toList());
  }

  /** Random numbers, or null. */
  private static float[] vector(int size, Random random) {
    if (random.nextInt(4) == 0) {
      return null;
    }
    float[] vector = new float[size];
    for (int i = 0; i < size; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
