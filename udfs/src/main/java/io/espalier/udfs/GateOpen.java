package io.espalier.udfs;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Reads one gate from a string with one character per layer and module, {@code 1} open and {@code
 * 0} closed, the modules of a layer side by side. What stands behind a plus are modules that only
 * some layers have, which no layer and name lead to.
 *
 * @param encoder position of the encoder's string in the struct; -1 if the gates are a string
 * @param decoder position of the decoder's string
 */
record GateOpen(int encoder, int decoder) implements RowKernel {
  private static final List<String> ENCODER_MODULES = List.of("ffn1", "att", "cgmlp", "ffn2");
  private static final List<String> DECODER_MODULES = List.of("self", "src", "ffn");

  static GateOpen of(DataType gates) {
    return gates instanceof StructType struct
        ? new GateOpen(position(struct, "encoder"), position(struct, "decoder"))
        : new GateOpen(-1, -1);
  }

  private static int position(StructType struct, String name) {
    String[] names = struct.fieldNames();
    for (int i = 0; i < names.length; i++) {
      if (names[i].toLowerCase(Locale.ROOT).equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "Cannot read gates from %s: it has no field %s".formatted(struct.sql(), name));
  }

  @Override
  public DataType type() {
    return DataTypes.BooleanType;
  }

  @Override
  public Object evaluate(Object[] inputs) {
    String module = Values.text(inputs[2]);
    boolean ofEncoder = ENCODER_MODULES.contains(module);
    List<String> modules = ofEncoder ? ENCODER_MODULES : DECODER_MODULES;
    int index = modules.indexOf(module);
    if (index < 0) {
      throw new IllegalArgumentException(
          "Cannot find module: %s, must be one of ffn1, att, cgmlp, ffn2, self, src, ffn"
              .formatted(module));
    }
    String gates = gates(inputs[0], ofEncoder);
    if (gates == null) {
      return null;
    }
    long layer = ((Number) inputs[1]).longValue();
    int plus = gates.indexOf('+');
    int layers = (plus < 0 ? gates.length() : plus) / modules.size();
    if (layer < 0 || layer >= layers) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot find layer: %d, gates %s have layers 0 to %d of %s",
              layer,
              gates,
              layers - 1,
              String.join(", ", modules)));
    }
    return gates.charAt((int) layer * modules.size() + index) == '1';
  }

  private String gates(Object value, boolean ofEncoder) {
    if (encoder < 0) {
      return Values.text(value);
    }
    InternalRow row = (InternalRow) value;
    int position = ofEncoder ? encoder : decoder;
    return row.isNullAt(position) ? null : row.getUTF8String(position).toString();
  }
}
