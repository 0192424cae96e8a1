package io.espalier.checkpoint.importer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.espnet.EspnetDirectory;
import io.espalier.checkpoint.espnet.PthFile;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmParameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImporterTest {
  @TempDir Path temp;

  static List<ReferenceSet> sets() {
    return Stream.concat(ReferenceSets.owsmAed().stream(), ReferenceSets.owsmCtc().stream())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void importedWeightsAreBitEqualToTheCheckpoint(ReferenceSet set) throws Exception {
    Bundle bundle = set.importTo(temp.resolve("bundle"));
    EspnetDirectory source = EspnetDirectory.open(set.dir());
    Map<String, Shape> expected = OwsmParameters.expected(bundle.config());
    try (NDManager manager = NDManager.newBaseManager();
        PthFile checkpoint = PthFile.open(source.modelFile())) {
      Weights weights = bundle.loadWeights(manager);
      assertThat(weights.names()).isEqualTo(checkpoint.tensors().keySet());
      for (Map.Entry<String, Shape> entry : expected.entrySet()) {
        NDArray array = weights.get(entry.getKey());
        assertThat(array.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(array.getShape()).isEqualTo(entry.getValue());
        assertThat(array.toFloatArray())
            .as(entry.getKey())
            .containsExactly(checkpoint.floats(checkpoint.tensors().get(entry.getKey())));
      }
    }
  }
}
