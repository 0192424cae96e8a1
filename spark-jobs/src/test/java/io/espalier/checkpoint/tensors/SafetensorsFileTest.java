package io.espalier.checkpoint.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsFileTest {
  @TempDir Path temp;

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Map<String, TensorType> tensors = new LinkedHashMap<>();
    tensors.put("half", new TensorType(ElementType.FLOAT16, new Shape(3)));
    tensors.put("full", new TensorType(ElementType.FLOAT32, new Shape(2, 2)));
    Map<String, float[]> values =
        Map.of("half", new float[] {1, -0.5f, 2048}, "full", new float[] {0.1f, -3, 1e-30f, 1e30f});
    SafetensorsWriter.write(file(), tensors, values::get);
    SafetensorsFile file = SafetensorsFile.open(file());
    assertThat(file.tensors()).containsExactlyInAnyOrderEntriesOf(tensors);
    try (NDManager manager = NDManager.newBaseManager()) {
      file.load(manager)
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray()).as(name).containsExactly(values.get(name)));
    }
  }

  @Test
  void smallerTypesAreReadAsTheNearestNumbersTheyHave() throws Exception {
    Random random = new Random(3);
    float[] values = new float[7 * 40];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, i / 40 - 3));
    }
    Arrays.fill(values, 0, 40, 0);
    Map<String, TensorType> tensors = new LinkedHashMap<>();
    tensors.put("brain", new TensorType(ElementType.BFLOAT16, new Shape(7, 40)));
    tensors.put("bytes", new TensorType(ElementType.INT8, new Shape(7, 40)));
    SafetensorsWriter.write(file(), tensors, name -> values);
    SafetensorsFile file = SafetensorsFile.open(file());
    assertThat(file.tensors().keySet()).containsExactlyInAnyOrder("brain", "bytes");
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> read = file.load(manager);
      assertThat(read.keySet()).containsExactlyInAnyOrder("brain", "bytes");
      float[] brain = read.get("brain").toFloatArray();
      float[] bytes = read.get("bytes").toFloatArray();
      for (int i = 0; i < values.length; i++) {
        float[] row = Arrays.copyOfRange(values, i / 40 * 40, i / 40 * 40 + 40);
        double most = IntStream.range(0, 40).mapToDouble(k -> Math.abs(row[k])).max().orElseThrow();
        assertThat(brain[i]).isCloseTo(values[i], within(Math.abs(values[i]) / 256));
        assertThat(bytes[i]).isCloseTo(values[i], within((float) (most / 127 * 0.501)));
      }
      // What was rounded once is not rounded again.
      Path again = temp.resolve("again.safetensors");
      SafetensorsWriter.write(again, tensors, name -> read.get(name).toFloatArray());
      SafetensorsFile.open(again)
          .load(manager)
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray())
                      .containsExactly(read.get(name).toFloatArray(), within(1e-6f)));
    }
  }

  @Test
  void numbersThatHalfPrecisionCannotHoldAreRefusedByName() {
    Map<String, TensorType> tensors =
        Map.of("w", new TensorType(ElementType.FLOAT16, new Shape(1)));
    assertThatThrownBy(() -> SafetensorsWriter.write(file(), tensors, name -> new float[] {70000}))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("Cannot write parameter w as float16: it has the value 70000.0");
  }

  @Test
  void numbersThatAreNoneAreRefusedByName() {
    Map<String, TensorType> tensors =
        Map.of("w", new TensorType(ElementType.FLOAT32, new Shape(1)));
    assertThatThrownBy(
            () -> SafetensorsWriter.write(file(), tensors, name -> new float[] {Float.NaN}))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("Cannot write parameter w: it has the value NaN");
  }

  static Stream<Arguments> hostileHeaders() {
    String a = tensor("a", "F32", "[2]", "0, 8");
    return Stream.of(
        Arguments.of("no JSON", "hello", "its header is damaged"),
        Arguments.of("a list", "[1, 2]", "its header is damaged"),
        Arguments.of("more behind the end", "{" + fit() + "} {}", "its header is damaged"),
        Arguments.of("overlap", "{" + a + "," + tensor("b", "F32", "[3]", "4, 16") + "}", "b"),
        Arguments.of("gap", "{" + a + "," + tensor("b", "F32", "[1]", "12, 16") + "}", "a gap"),
        Arguments.of("beyond the end", "{" + tensor("a", "F32", "[5]", "0, 20") + "}", "cut off"),
        Arguments.of(
            "bytes left over", "{" + a + "}", "16 bytes of data, but its tensors have only 8"),
        Arguments.of("twice", "{" + fit() + "," + fit() + "}", "two tensors named a"),
        Arguments.of("dtype", "{" + tensor("a", "F8", "[4]", "0, 16") + "}", "unknown dtype F8"),
        Arguments.of("size", "{" + tensor("a", "F64", "[4]", "0, 16") + "}", "another size"),
        Arguments.of("end first", "{" + tensor("a", "F32", "[4]", "16, 0") + "}", "another size"),
        Arguments.of("negative", "{" + tensor("a", "F32", "[-4]", "0, 16") + "}", "invalid shape"),
        Arguments.of("fraction", "{" + tensor("a", "F32", "[4.5]", "0, 16") + "}", "damaged"),
        Arguments.of(
            "overflow",
            "{" + tensor("a", "F32", "[4611686018427387905, 4]", "0, 16") + "}",
            "the impossible shape"),
        Arguments.of("no offsets", "{\"a\": {\"dtype\": \"F32\", \"shape\": [4]}}", "a lacks"),
        Arguments.of("one offset", "{" + tensor("a", "F32", "[4]", "0") + "}", "a lacks"),
        Arguments.of("a key", "{\"a\": {\"run\": \"me\"}}", "its tensor a has a key run"),
        Arguments.of(
            "axes",
            "{" + tensor("a", "F32", "[" + "1,".repeat(40) + "4]", "0, 16") + "}",
            "invalid shape"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostileHeaders")
  void hostileHeadersAreRefused(String what, String header, String message) throws Exception {
    write(header, header.length(), 16);
    assertRefused(message);
  }

  @Test
  void theHonestHeaderOfTheseTestsIsRead() throws Exception {
    String header = "{" + fit() + "}";
    write(header, header.length(), 16);
    assertThat(SafetensorsFile.open(file()).tensors())
        .isEqualTo(Map.of("a", new TensorType(ElementType.FLOAT32, new Shape(4))));
  }

  @Test
  void declaredHeaderLengthsAreNotBelieved() throws Exception {
    for (long length : new long[] {Long.MAX_VALUE, -1, 0, 1000, 1L << 40}) {
      write("{}", length, 16);
      assertRefused("it declares a header of " + length + " bytes");
    }
  }

  @Test
  void aHeaderOfManyMegabytesIsRefused() throws Exception {
    String header = "{" + " ".repeat(16 << 20) + "}";
    write(header, header.length(), 0);
    assertRefused("it declares a header of " + header.length() + " bytes, limit is");
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    String header = "{" + fit() + "}";
    write(header, header.length(), 16);
    byte[] whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertRefused("Cannot read " + file());
    }
  }

  private static String fit() {
    return tensor("a", "F32", "[4]", "0, 16");
  }

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return "\"%s\": {\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": [%s]}"
        .formatted(name, dtype, shape, offsets);
  }

  private Path file() {
    return temp.resolve("model.safetensors");
  }

  private void write(String header, long declaredLength, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file(), file.putLong(declaredLength).put(json).array());
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> SafetensorsFile.open(file()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("Cannot read " + file())
        .hasMessageContaining(message);
  }
}
