package io.espalier.checkpoint.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFileTest {
  @TempDir private Path directory;

  @Test
  void vectorsComeBackByName() throws IOException {
    Path file = directory.resolve("vectors.safetensors");
    TensorFile.write(file, Map.of("a", new float[] {1, -2.5f}, "b", new float[] {}));
    Map<String, float[]> vectors = TensorFile.read(file);
    assertThat(vectors.keySet()).containsExactlyInAnyOrder("a", "b");
    assertThat(vectors.get("a")).containsExactly(1, -2.5f);
    assertThat(vectors.get("b")).isEmpty();
  }

  @Test
  void longVectorsAreStoredInParts() throws IOException {
    Path file = directory.resolve("vectors.safetensors");
    float[] values = {1, 2, 3, 4, 5};
    TensorFile.write(file, Map.of("a", values), 2);
    assertThat(SafetensorsFile.open(file).tensors().keySet())
        .containsExactlyInAnyOrder("a", "a#1", "a#2");
    assertThat(TensorFile.read(file, 2).get("a")).containsExactly(values);
  }

  @Test
  void aNumberThatIsNotFiniteIsRefused() {
    Path file = directory.resolve("vectors.safetensors");
    assertThatThrownBy(() -> TensorFile.write(file, Map.of("a", new float[] {Float.NaN})))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("NaN");
  }
}
