package io.espalier.checkpoint.tensors;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Types of stored numbers, all little-endian, with their names in safetensors headers. */
public enum ElementType {
  FLOAT64("F64", 8),
  INT64("I64", 8),
  FLOAT32("F32", 4),
  INT32("I32", 4),
  FLOAT16("F16", 2),
  BFLOAT16("BF16", 2),
  INT16("I16", 2),
  INT8("I8", 1),
  UINT8("U8", 1),
  BOOL("BOOL", 1);

  private final String safetensorsName;
  private final int bytes;

  ElementType(String safetensorsName, int bytes) {
    this.safetensorsName = safetensorsName;
    this.bytes = bytes;
  }

  static Optional<ElementType> ofSafetensors(String name) {
    for (ElementType type : values()) {
      if (type.safetensorsName.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  String safetensorsName() {
    return safetensorsName;
  }

  public int bytes() {
    return bytes;
  }

  public boolean isFloating() {
    return switch (this) {
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16 -> true;
      case INT64, INT32, INT16, INT8, UINT8, BOOL -> false;
    };
  }

  /** The next element of a little-endian buffer as a float; float64 is rounded. */
  public float nextFloat(ByteBuffer buffer) {
    return switch (this) {
      case FLOAT64 -> (float) buffer.getDouble();
      case FLOAT32 -> buffer.getFloat();
      case FLOAT16 -> Half.toFloat(buffer.getShort());
      case BFLOAT16 -> Bfloat16.toFloat(buffer.getShort());
      case INT64, INT32, INT16, INT8, UINT8, BOOL -> nextLong(buffer);
    };
  }

  /** The next element of a little-endian buffer as an integer. */
  public long nextLong(ByteBuffer buffer) {
    return switch (this) {
      case INT64 -> buffer.getLong();
      case INT32 -> buffer.getInt();
      case INT16 -> buffer.getShort();
      case INT8 -> buffer.get();
      case UINT8 -> buffer.get() & 0xFF;
      case BOOL -> buffer.get() == 0 ? 0 : 1;
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16 ->
          throw new IllegalStateException("Cannot read " + this + " as an integer");
    };
  }
}
