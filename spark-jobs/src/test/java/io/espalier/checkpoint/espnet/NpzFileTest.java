package io.espalier.checkpoint.espnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.files.MalformedFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpzFileTest {
  @TempDir Path temp;

  @Test
  void rowMajorAndColumnMajorArraysAreRead() throws Exception {
    byte[] values = doubles(1, 2, 3, 4, 5, 6);
    NpyArray rows = read(npy("'<f8'", "False", "(2, 3)", values));
    assertThat(rows.doubles()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(rows.shape()).containsExactly(2, 3);
    NpyArray columns = read(npy("'<f8'", "True", "(2, 3)", values));
    assertThat(columns.doubles()).containsExactly(1, 3, 5, 2, 4, 6);
  }

  @Test
  void bigEndianNumbersAndScalarsAreRead() throws Exception {
    byte[] value = ByteBuffer.allocate(8).putDouble(2.5).array();
    assertThat(read(npy("'>f8'", "False", "()", value)).doubles()).containsExactly(2.5);
  }

  @ParameterizedTest
  @CsvSource({"'|O'", "'<c16'", "'<U4'", "'|V8'"})
  void whatIsNoNumberIsRefusedByItsType(String type) {
    assertRefused(npy("'" + type + "'", "False", "(1,)", new byte[16]), "its element type is '");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "(3,); it declares <f8 of shape [3]",
        "(9223372036854775807, 2); its shape is [9223372036854775807, 2]",
        "(99999999999999999999,); its shape is (99999999999999999999",
        "(-1,); its header is not that of an array",
        "(__import__,); its header is not that of an array"
      })
  void shapesThatTheBytesDoNotHaveAreRefused(String shape, String message) {
    assertRefused(npy("'<f8'", "False", shape, new byte[16]), message);
  }

  @Test
  void arraysThatUnfoldWithoutEndAreRefused() throws Exception {
    ZipBuilder zip = new ZipBuilder().compressedEntry("a.npy", new byte[3 << 20]);
    assertThatThrownBy(() -> NpzFile.read(zip.write(file()), 1 << 20))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("with 'a.npy', its arrays exceed the total size limit");
  }

  @Test
  void twoArraysOfOneNameAreRefused() {
    byte[] array = npy("'<f8'", "False", "(1,)", doubles(1));
    ZipBuilder zip = new ZipBuilder().entry("a.npy", array).entry("a", array);
    assertThatThrownBy(() -> NpzFile.read(zip.write(file())))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("it has two arrays named a");
  }

  @Test
  void everyTruncationOfAnArrayIsRefused() {
    byte[] whole = npy("'<f8'", "False", "(2,)", doubles(1, 2));
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), "array 'a.npy': it");
    }
  }

  @Test
  void whatIsNoZipIsRefused() throws Exception {
    Files.writeString(file(), "count sum sum_square");
    assertThatThrownBy(() -> NpzFile.read(file()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("Cannot read arrays of " + file());
  }

  private Path file() {
    return temp.resolve("stats.npz");
  }

  private NpyArray read(byte[] npy) throws IOException {
    return NpzFile.read(new ZipBuilder().entry("a.npy", npy).write(file())).get("a");
  }

  private void assertRefused(byte[] npy, String message) {
    assertThatThrownBy(() -> read(npy))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("Cannot read arrays of " + file())
        .hasMessageContaining(message);
  }

  private static byte[] npy(String descr, String fortran, String shape, byte[] values) {
    byte[] header =
        "{'descr': %s, 'fortran_order': %s, 'shape': %s, }\n"
            .formatted(descr, fortran, shape)
            .getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x93);
    out.writeBytes("NUMPY".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[] {1, 0, (byte) header.length, 0});
    out.writeBytes(header);
    out.writeBytes(values);
    return out.toByteArray();
  }

  private static byte[] doubles(double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return bytes.array();
  }
}
