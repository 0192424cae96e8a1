package io.espalier.pruning;

/** Gates as text: one {@code 1} for an open module and one {@code 0} for a closed one. */
public final class GateBits {
  private GateBits() {}

  /** Gates to text. */
  public static String format(boolean... gates) {
    StringBuilder bits = new StringBuilder(gates.length);
    for (boolean open : gates) {
      bits.append(open ? '1' : '0');
    }
    return bits.toString();
  }

  /** Text of {@code 1} and {@code 0} to gates. */
  public static boolean[] parse(String bits) {
    boolean[] gates = new boolean[bits.length()];
    for (int i = 0; i < gates.length; i++) {
      gates[i] = bits.charAt(i) == '1';
    }
    return gates;
  }

  /** Share of the open ones. */
  public static double openness(boolean... gates) {
    int open = 0;
    for (boolean gate : gates) {
      open += gate ? 1 : 0;
    }
    return (double) open / gates.length;
  }
}
