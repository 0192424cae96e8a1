package io.espalier.training.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongVectorsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 10, 11, 35})
  void aVectorInPartsIsTheVector(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i + 1;
    }
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray array = LongVectors.create(manager, values, 10);
      assertThat(array.toFloatArray()).isEqualTo(values);
      assertThat(LongVectors.read(array, 10)).isEqualTo(values);
    }
  }
}
