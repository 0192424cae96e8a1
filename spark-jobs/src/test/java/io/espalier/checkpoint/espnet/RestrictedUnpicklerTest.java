package io.espalier.checkpoint.espnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.files.MalformedFileException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestrictedUnpicklerTest {
  private static final long[] TWO = {2};
  private static final long[] ONE = {1};

  @Test
  void plainContainersAreRead() throws Exception {
    PickleBuilder pickle = PickleBuilder.protocol2().op('}').op('q').raw(0).op('(');
    pickle.string("list").op(']').op('(').integer(-5).op('K').raw(7).op('e');
    pickle.string("pair").op('J').int32(-9).raw(0x88).raw(0x86);
    pickle.string("none").op('N').op('u');
    Map<String, Object> expected = new HashMap<>();
    expected.put("list", List.of(-5L, 7L));
    expected.put("pair", List.of(-9L, true));
    expected.put("none", null);
    assertThat(RestrictedUnpickler.load(pickle.stop())).isEqualTo(expected);
  }

  static Stream<Arguments> waysToCallSystem() {
    PickleBuilder global = PickleBuilder.protocol2().global("os", "system");
    PickleBuilder stackGlobal =
        new PickleBuilder().raw(0x80, 4).string("os").string("system").raw(0x93);
    PickleBuilder posix = PickleBuilder.protocol2().global("posix", "system");
    PickleBuilder eval = PickleBuilder.protocol2().global("builtins", "eval");
    PickleBuilder inst = PickleBuilder.protocol2().op('(').string("id").op('i');
    PickleBuilder loads = PickleBuilder.protocol2().global("torch._utils", "_rebuild_tensor");
    PickleBuilder dotted = PickleBuilder.protocol2().global("torch", "FloatStorage.__new__");
    return Stream.of(
        Arguments.of("GLOBAL", call(global), "it refers to os.system"),
        Arguments.of("STACK_GLOBAL", call(stackGlobal), "it refers to os.system"),
        Arguments.of("another name", call(posix), "it refers to posix.system"),
        Arguments.of("eval", call(eval), "it refers to builtins.eval"),
        Arguments.of("INST", inst.text("os\nsystem\n").stop(), "INST of os.system"),
        Arguments.of("a near name", call(loads), "it refers to torch._utils._rebuild_tensor,"),
        Arguments.of("an attribute", call(dotted), "it refers to torch.FloatStorage.__new__"));
  }

  private static byte[] call(PickleBuilder function) {
    return function.string("touch owned").raw(0x85).op('R').stop();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("waysToCallSystem")
  void codeIsRefusedByItsName(String way, byte[] pickle, String message) {
    assertRefused(pickle, message);
  }

  static Stream<Arguments> opcodes() {
    return Stream.of(
        Arguments.of("OBJ", (int) 'o'),
        Arguments.of("NEWOBJ", 0x81),
        Arguments.of("NEWOBJ_EX", 0x92),
        Arguments.of("PERSID", (int) 'P'),
        Arguments.of("EXT1", 0x82),
        Arguments.of("EXT2", 0x83),
        Arguments.of("EXT4", 0x84),
        Arguments.of("BYTEARRAY8", 0x96),
        Arguments.of("NEXT_BUFFER", 0x97),
        Arguments.of("FROZENSET", 0x91),
        Arguments.of("DUP", (int) '2'),
        Arguments.of("STRING", (int) 'S'));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("opcodes")
  void opcodesThatNoStateDictNeedsAreRefusedByTheirName(String name, int opcode) {
    byte[] pickle = PickleBuilder.protocol2().op('(').string("x").raw(opcode).text("x\n").stop();
    assertRefused(pickle, "opcode " + name + String.format(Locale.ROOT, " 0x%02x", opcode));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x7F, 0xFF})
  void unknownOpcodesAreRefused(int opcode) {
    assertRefused(
        PickleBuilder.protocol2().raw(opcode).stop(),
        String.format(Locale.ROOT, "opcode 0x%02x", opcode));
  }

  @Test
  void everyByteAtEveryPlaceOfAnHonestPickleIsReadOrRefused() {
    byte[] honest = honest();
    for (int place = 0; place < honest.length; place++) {
      for (int value = 0; value < 256; value++) {
        byte[] changed = honest.clone();
        changed[place] = (byte) value;
        try {
          RestrictedUnpickler.load(changed);
        } catch (MalformedFileException e) {
          assertThat(e).hasMessageMatching("(?s)(it|its) .*");
        }
      }
    }
  }

  @Test
  void everyBeginningOfAnHonestPickleIsRefused() {
    byte[] honest = honest();
    for (int length = 0; length < honest.length; length++) {
      assertRefused(Arrays.copyOf(honest, length), "its pickle is cut off");
    }
  }

  @Test
  void stateIsSetOnDictionariesOnlyAndIgnored() throws Exception {
    PickleBuilder ordered = PickleBuilder.protocol2().global("collections", "OrderedDict");
    ordered.op(')').op('R').op('}').string("_metadata").op('N').op('s').op('b');
    assertThat(RestrictedUnpickler.load(ordered.stop())).isEqualTo(Map.of());
    assertRefused(
        PickleBuilder.protocol2().global("torch", "FloatStorage").op('}').op('b').stop(),
        "BUILD on something other than a dictionary");
  }

  @Test
  void onlyFunctionsAreCalled() {
    assertRefused(
        PickleBuilder.protocol2().global("torch", "FloatStorage").op(')').op('R').stop(),
        "it calls something that is not a function");
    assertRefused(
        PickleBuilder.protocol2().string("os.system").op(')').op('R').stop(),
        "it calls something that is not a function");
  }

  @Test
  void persistentIdsNameStoragesOnly() {
    PickleBuilder file = PickleBuilder.protocol2().op('(').string("module").string("/etc/passwd");
    assertRefused(file.op('t').op('Q').stop(), "a persistent id that is not a storage");
    assertRefused(
        PickleBuilder.protocol2().string("/etc/passwd").op('Q').stop(),
        "a persistent id that is not a storage");
  }

  @Test
  void aListThatHoldsItselfManyTimesStaysSmall() throws Exception {
    // Each level holds the one before twice: 2^40 leaves, if anyone walked through them.
    PickleBuilder pickle = PickleBuilder.protocol2().op(']').op('q').raw(0);
    for (int level = 0; level < 40; level++) {
      pickle.op('h').raw(level).op('h').raw(level).raw(0x86).op('q').raw(level + 1);
    }
    assertThat(RestrictedUnpickler.load(pickle.stop())).isInstanceOf(List.class);
  }

  @Test
  void memosWithoutEndAreRefused() {
    byte[] pickle = PickleBuilder.protocol2().op('N').times(3_000_000, 0x94).stop();
    assertRefused(pickle, "more than 2097152 steps");
  }

  @Test
  void objectsWithoutEndAreRefused() {
    assertRefused(PickleBuilder.protocol2().times(3_000_000, '}').stop(), "more than 2097152");
    assertRefused(PickleBuilder.protocol2().times(3_000_000, '(').stop(), "more than 2097152");
  }

  @Test
  void dictionariesThatAreCopiedWithoutEndAreRefused() {
    // One list of 1000 pairs, kept as memo 0, from which dictionaries are made again and again.
    PickleBuilder pickle = PickleBuilder.protocol2().op(']').op('(');
    for (int i = 0; i < 1000; i++) {
      pickle.string("k" + i).op('N').raw(0x86);
    }
    pickle.op('e').op('q').raw(0);
    for (int i = 0; i < 100_000; i++) {
      pickle.global("collections", "OrderedDict").op('h').raw(0).raw(0x85).op('R');
    }
    assertRefused(pickle.stop(), "more than 2097152 steps");
  }

  @Test
  void declaredLengthsAreNotBelieved() {
    assertRefused(PickleBuilder.protocol2().op('X').int32(-1).stop(), "its pickle is cut off");
    assertRefused(
        PickleBuilder.protocol2().op('X').int32(Integer.MAX_VALUE).stop(), "its pickle is cut off");
    assertRefused(
        PickleBuilder.protocol2().raw(0x8D).int32(-1).int32(-1).stop(), "its pickle is cut off");
    assertRefused(PickleBuilder.protocol2().raw(0x8A, 255).stop(), "an integer of 255 bytes");
  }

  @Test
  void tensorsLieWithinTheirStorages() {
    long huge = Long.MAX_VALUE;
    assertRefused(tensor(2, 1, TWO, ONE), "an invalid tensor of shape [2]");
    assertRefused(tensor(2, -1, TWO, ONE), "offset -1");
    assertRefused(tensor(2, huge, TWO, ONE), "offset " + huge);
    assertRefused(tensor(2, 0, new long[] {-2}, ONE), "shape [-2]");
    assertRefused(tensor(2, 0, TWO, new long[] {-1}), "strides [-1]");
    assertRefused(tensor(2, 0, TWO, new long[] {huge}), "strides [" + huge + "]");
    assertRefused(tensor(2, 0, TWO, new long[] {1, 1}), "strides [1, 1]");
    assertRefused(tensor(2, 0, new long[] {huge, huge}, new long[] {0, 0}), "in a storage of 2");
  }

  @Test
  void aFewNumbersCannotBeRepeatedIntoMany() {
    byte[] pickle = tensor(1, 0, new long[] {1_000_000_000}, new long[] {0});
    assertRefused(pickle, "an invalid tensor of shape [1000000000], strides [0]");
  }

  @Test
  void namesInMessagesCannotSteerTheTerminal() {
    byte[] pickle = PickleBuilder.protocol2().global("os\u001b[2J", "a".repeat(5000)).stop();
    assertThatThrownBy(() -> RestrictedUnpickler.load(pickle))
        .hasMessageContaining("os\\u001B[2J.aaa")
        .extracting(Throwable::getMessage)
        .satisfies(message -> assertThat(message.toString()).hasSizeLessThan(500));
  }

  @Test
  void aNewerProtocolIsRefusedByItsNumber() {
    assertRefused(new PickleBuilder().raw(0x80, 6).op('N').stop(), "protocol is 6");
  }

  @Test
  void theStackIsNotReadBelowItsEnd() {
    assertRefused(PickleBuilder.protocol2().stop(), "takes more from the stack than it has");
    assertRefused(PickleBuilder.protocol2().op('t').stop(), "unmatched end of a container");
    assertRefused(
        PickleBuilder.protocol2().op('}').op('(').op('N').op('s').stop(),
        "takes more from the stack than it has");
    assertRefused(
        PickleBuilder.protocol2().op('h').raw(9).stop(), "reads memo 9, which was never written");
  }

  @Test
  void tuplesAreNotChanged() {
    assertRefused(PickleBuilder.protocol2().op(')').op('N').op('a').stop(), "appends to a tuple");
  }

  @Test
  void dictionaryKeysAreStringsOrIntegers() {
    assertRefused(
        PickleBuilder.protocol2().op('}').op(']').op('N').op('s').stop(),
        "a dictionary key that is neither a string nor an integer");
  }

  private static byte[] honest() {
    PickleBuilder pickle = PickleBuilder.protocol2().global("collections", "OrderedDict").op(')');
    pickle.op('R').op('q').raw(0).op('(').string("w");
    pickle.tensor("FloatStorage", "0", 6, 0, new long[] {2, 3}, new long[] {3, 1});
    return pickle.op('u').op('}').string("_metadata").op('h').raw(0).op('s').op('b').stop();
  }

  private static byte[] tensor(long elements, long offset, long[] shape, long[] strides) {
    return PickleBuilder.protocol2()
        .tensor("FloatStorage", "0", elements, offset, shape, strides)
        .stop();
  }

  private static void assertRefused(byte[] pickle, String message) {
    assertThatThrownBy(() -> RestrictedUnpickler.load(pickle))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }
}
