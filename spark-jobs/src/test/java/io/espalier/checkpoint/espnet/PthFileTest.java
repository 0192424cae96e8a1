package io.espalier.checkpoint.espnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PthFileTest {
  private static final String PICKLE = "model/data.pkl";
  private static final long[] ONE = {1};

  @TempDir Path temp;

  @Test
  void numbersAreReadInRowMajorOrder() throws Exception {
    byte[] pickle = stateDict("FloatStorage", 6, 0, new long[] {2, 3}, new long[] {3, 1});
    assertThat(read(pickle, floats(1, 2, 3, 4, 5, 6))).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void aTransposedViewIsReadInItsOwnOrder() throws Exception {
    byte[] pickle = stateDict("FloatStorage", 6, 0, new long[] {3, 2}, new long[] {1, 3});
    assertThat(read(pickle, floats(1, 2, 3, 4, 5, 6))).containsExactly(1, 4, 2, 5, 3, 6);
  }

  @Test
  void aSliceStartsAtItsOffset() throws Exception {
    // The last column of a (3, 2) matrix.
    byte[] pickle = stateDict("FloatStorage", 6, 1, new long[] {3}, new long[] {2});
    assertThat(read(pickle, floats(1, 2, 3, 4, 5, 6))).containsExactly(2, 4, 6);
  }

  @Test
  void threeAxesInReverseAreReadInTheirOwnOrder() throws Exception {
    byte[] pickle = stateDict("FloatStorage", 8, 0, new long[] {2, 2, 2}, new long[] {1, 2, 4});
    assertThat(read(pickle, floats(0, 1, 2, 3, 4, 5, 6, 7)))
        .containsExactly(0, 4, 2, 6, 1, 5, 3, 7);
  }

  @Test
  void tensorsMayShareAStorage() throws Exception {
    PickleBuilder pickle = PickleBuilder.protocol2().op('}').op('(');
    pickle.string("a").tensor("FloatStorage", "0", 4, 0, new long[] {2}, ONE);
    pickle.string("b").tensor("FloatStorage", "0", 4, 1, new long[] {3}, ONE);
    Path file = zip(pickle.op('u').stop()).entry("model/data/0", floats(1, 2, 3, 4)).write(file());
    try (PthFile checkpoint = PthFile.open(file)) {
      assertThat(checkpoint.floats(checkpoint.tensors().get("a"))).containsExactly(1, 2);
      assertThat(checkpoint.floats(checkpoint.tensors().get("b"))).containsExactly(2, 3, 4);
    }
  }

  @Test
  void scalarsAndEmptyTensorsAreRead() throws Exception {
    assertThat(read(stateDict("FloatStorage", 1, 0, new long[0], new long[0]), floats(7)))
        .containsExactly(7);
    assertThat(read(stateDict("FloatStorage", 0, 0, new long[] {0}, ONE), floats())).isEmpty();
  }

  @Test
  void halfPrecisionIsWidenedExactly() throws Exception {
    byte[] pickle = stateDict("HalfStorage", 4, 0, new long[] {4}, ONE);
    // 1, -2, the largest and the smallest binary16.
    assertThat(read(pickle, shorts(0x3C00, 0xC000, 0x7BFF, 0x0001)))
        .containsExactly(1, -2, 65504, 0x1p-24f);
  }

  @Test
  void bfloat16IsWidenedExactly() throws Exception {
    byte[] pickle = stateDict("BFloat16Storage", 3, 0, new long[] {3}, ONE);
    // The upper halves of the float32 numbers 1, -2 and 2^127.
    assertThat(read(pickle, shorts(0x3F80, 0xC000, 0x7F00))).containsExactly(1, -2, 0x1p127f);
  }

  @Test
  void doublesAreRoundedAndIntegersConverted() throws Exception {
    ByteBuffer doubles = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    doubles.putDouble(0.1).putDouble(1e300);
    assertThat(read(stateDict("DoubleStorage", 2, 0, new long[] {2}, ONE), doubles.array()))
        .containsExactly(0.1f, Float.POSITIVE_INFINITY);
    ByteBuffer longs = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    longs.putLong(-3).putLong(1L << 40);
    assertThat(read(stateDict("LongStorage", 2, 0, new long[] {2}, ONE), longs.array()))
        .containsExactly(-3, 0x1p40f);
  }

  @Test
  void stateDictsInsideOfATrainingCheckpointAreFound() throws Exception {
    for (String wrapper : new String[] {"module", "state_dict"}) {
      PickleBuilder pickle = PickleBuilder.protocol2().op('}').op('(').string("epoch").integer(3);
      pickle.string(wrapper).op('}').op('(').string("w");
      pickle.tensor("FloatStorage", "0", 1, 0, ONE, ONE).op('u').op('u');
      assertThat(read(pickle.stop(), floats(9))).containsExactly(9);
    }
  }

  @Test
  void whatIsNoTensorIsRefusedByItsName() {
    byte[] pickle = PickleBuilder.protocol2().op('}').string("epoch").integer(3).op('s').stop();
    assertRefused(zip(pickle), "its entry 'epoch' is not a tensor");
    assertRefused(zip(PickleBuilder.protocol2().op(']').stop()), "it has no dictionary");
  }

  @Test
  void aHostilePickleIsRefusedWithTheFilesName() {
    byte[] pickle =
        PickleBuilder.protocol2().global("os", "system").string("id").raw(0x85).op('R').stop();
    assertRefused(
        zip(pickle), "Cannot read checkpoint " + file() + ": it refers to os.system, and only");
  }

  @Test
  void theFormatBeforeZipIsRefusedWithTheWayOut() throws Exception {
    // The magic number of torch.save before 1.6, as a pickled integer of ten bytes.
    byte[] legacy =
        new PickleBuilder()
            .raw(0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19)
            .stop();
    Files.write(file(), legacy);
    assertRefused("PyTorch's format from before 1.6", "torch.save(torch.load(FILE");
  }

  @Test
  void whatIsNoCheckpointIsRefused() throws Exception {
    Files.writeString(file(), "<html>Not found</html>");
    assertRefused("it is not a file that torch.save wrote");
    Files.write(file(), new byte[0]);
    assertRefused("it is not a file that torch.save wrote");
    Files.writeString(file(), "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    assertRefused("it is a Git LFS pointer", "git lfs pull");
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    byte[] pickle = stateDict("FloatStorage", 2, 0, new long[] {2}, ONE);
    byte[] whole =
        Files.readAllBytes(zip(pickle).entry("model/data/0", floats(1, 2)).write(file()));
    for (int length = 4; length < whole.length; length += 7) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertRefused("Cannot read checkpoint", "truncated or damaged");
    }
  }

  @Test
  void anEntryThatWouldBeWrittenElsewhereIsRefused() {
    for (String name : new String[] {"../evil", "/etc/cron.d/evil", "model/../../evil", "a\\b"}) {
      assertRefused(
          zip(empty()).entry(name, new byte[1]), "entry " + name + ", which would be outside it");
    }
  }

  @Test
  void twoEntriesOfOneNameAreRefused() {
    assertRefused(zip(empty()).entry(PICKLE, empty()), "two entries " + PICKLE);
  }

  @Test
  void twoPicklesAreRefused() {
    assertRefused(zip(empty()).entry("other/data.pkl", empty()), "this zip has 2");
    assertRefused(new ZipBuilder().entry("model/data/0", floats(1)), "this zip has 0");
  }

  @Test
  void aProgramIsRefused() {
    assertRefused(zip(empty()).entry("model/constants.pkl", empty()), "a TorchScript program");
  }

  @Test
  void compressedNumbersAreRefusedBeforeTheyUnfold() {
    ZipBuilder bomb = zip(empty()).compressedEntry("model/data/0", new byte[64 << 20]);
    assertRefused(bomb, "its entry model/data/0 is compressed");
  }

  @Test
  void aSizeBeyondTheFileIsRefusedBeforeMemoryIsTaken() {
    ZipBuilder lie = zip(empty()).lyingEntry("model/data/0", new byte[8], Integer.MAX_VALUE);
    assertThatThrownBy(() -> PthFile.open(lie.write(file())))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("Cannot read checkpoint " + file());
  }

  @Test
  void aPickleOfManyMegabytesIsRefused() {
    assertRefused(zip(new byte[(16 << 20) + 1]), "its pickle is larger than 16 MiB");
  }

  @Test
  void aStorageSmallerThanItSaysIsRefusedWhenItIsRead() {
    byte[] pickle = stateDict("FloatStorage", 1_000_000_000, 0, new long[] {1_000_000_000}, ONE);
    assertThatThrownBy(() -> read(pickle, floats(1, 2)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("storage 0 must have 1000000000 elements")
        .hasMessageContaining("but has 8 bytes");
  }

  @Test
  void aStorageOutsideOfTheFileIsNotFound() {
    String outside = "../../../../etc/passwd";
    PickleBuilder pickle = PickleBuilder.protocol2().op('}').string("w");
    pickle.tensor("ByteStorage", outside, 1, 0, ONE, ONE).op('s');
    assertThatThrownBy(() -> read(pickle.stop(), floats(1)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("storage " + outside + " must have 1 elements")
        .hasMessageContaining("but has none");
  }

  @Test
  void bigEndianNumbersAreRefused() {
    byte[] order = "big".getBytes(StandardCharsets.US_ASCII);
    assertRefused(zip(empty()).entry("model/byteorder", order), "its byte order is big");
  }

  private static byte[] empty() {
    return PickleBuilder.protocol2().op('}').stop();
  }

  private static byte[] stateDict(
      String type, long elements, long offset, long[] shape, long[] strides) {
    PickleBuilder pickle = PickleBuilder.protocol2().op('}').string("w");
    return pickle.tensor(type, "0", elements, offset, shape, strides).op('s').stop();
  }

  private static ZipBuilder zip(byte[] pickle) {
    return new ZipBuilder().entry(PICKLE, pickle);
  }

  private float[] read(byte[] pickle, byte[] storage) throws IOException {
    Path file = zip(pickle).entry("model/data/0", storage).write(file());
    try (PthFile checkpoint = PthFile.open(file)) {
      return checkpoint.floats(checkpoint.tensors().get("w"));
    }
  }

  private Path file() {
    return temp.resolve("model.pth");
  }

  private void assertRefused(ZipBuilder zip, String message) {
    assertThatThrownBy(() -> PthFile.open(zip.write(file())))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  private void assertRefused(String... messages) {
    assertThatThrownBy(() -> PthFile.open(file()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContainingAll(messages);
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static byte[] shorts(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes.array();
  }
}
