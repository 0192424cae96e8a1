package io.espalier.checkpoint.espnet;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode, those that no honest program writes included. */
final class PickleBuilder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A pickle of protocol 2, as {@code torch.save} writes it. */
  static PickleBuilder protocol2() {
    return new PickleBuilder().raw(0x80, 2);
  }

  PickleBuilder raw(int... bytes) {
    for (int value : bytes) {
      out.write(value);
    }
    return this;
  }

  PickleBuilder op(char opcode) {
    return raw(opcode);
  }

  PickleBuilder times(int count, int... bytes) {
    for (int i = 0; i < count; i++) {
      raw(bytes);
    }
    return this;
  }

  PickleBuilder text(String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** GLOBAL. */
  PickleBuilder global(String module, String name) {
    return op('c').text(module + "\n" + name + "\n");
  }

  /** BINUNICODE. */
  PickleBuilder string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    op('X').int32(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  /** LONG1 of eight bytes. */
  PickleBuilder integer(long value) {
    raw(0x8A, Long.BYTES);
    out.writeBytes(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  PickleBuilder int32(int value) {
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  PickleBuilder tuple(long... values) {
    op('(');
    for (long value : values) {
      integer(value);
    }
    return op('t');
  }

  /** A storage by its persistent id. */
  PickleBuilder storage(String type, String key, long elements) {
    op('(').string("storage").global("torch", type).string(key).string("cpu");
    return integer(elements).op('t').op('Q');
  }

  /** A tensor as {@code torch.save} describes it. */
  PickleBuilder tensor(
      String type, String key, long elements, long offset, long[] shape, long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").op('(').storage(type, key, elements);
    integer(offset).tuple(shape).tuple(strides).raw(0x89);
    return global("collections", "OrderedDict").op(')').op('R').op('t').op('R');
  }

  /** STOP, and the bytes so far. */
  byte[] stop() {
    op('.');
    return out.toByteArray();
  }

  /** The bytes so far, without an end. */
  byte[] cutOff() {
    return out.toByteArray();
  }
}
