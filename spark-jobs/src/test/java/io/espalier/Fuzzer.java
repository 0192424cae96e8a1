package io.espalier;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils valid files in ways that a seed decides. */
public final class Fuzzer {
  private static final long[] EXTREMES = {
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    0x7fff_ffffL,
    0x8000_0000L,
    0xffff_fffeL,
    0xffff_ffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1
  };

  private static final int HEADER = 512;
  private static final int MOST_MUTATIONS = 4;

  private final Random random;

  public Fuzzer(long seed) {
    random = new Random(seed);
  }

  /** A number from 0 to {@code bound - 1}. */
  public int next(int bound) {
    return random.nextInt(bound);
  }

  /** One of several things. */
  public <T> T oneOf(List<T> choices) {
    return choices.get(next(choices.size()));
  }

  /** One to four mutations of a file, which stays as it is. */
  public byte[] mutate(byte[] valid) {
    byte[] bytes = valid.clone();
    for (int left = 1 + next(MOST_MUTATIONS); left > 0 && bytes.length > 1; left--) {
      bytes = once(bytes);
    }
    return bytes;
  }

  /** An extreme number somewhere in the header: a lie about sizes, rates, channels or lengths. */
  public byte[] lie(byte[] valid) {
    byte[] bytes = valid.clone();
    overwrite(bytes);
    return bytes;
  }

  private byte[] once(byte[] bytes) {
    int at = next(bytes.length);
    int length = 1 + next(Math.min(bytes.length - at, 1 << next(12)));
    switch (next(9)) {
      case 0 -> flip(bytes, bytes.length);
      case 1 -> flip(bytes, Math.min(bytes.length, HEADER));
      case 2, 3 -> overwrite(bytes);
      case 4 -> Arrays.fill(bytes, at, at + length, (byte) 0);
      case 5 -> {
        return Arrays.copyOf(bytes, 1 + at);
      }
      case 6 -> {
        return without(bytes, at, length);
      }
      case 7 -> {
        return with(bytes, at, Arrays.copyOfRange(bytes, at, at + length));
      }
      default -> {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return with(bytes, at, noise);
      }
    }
    return bytes;
  }

  private void flip(byte[] bytes, int within) {
    for (int left = 1 + next(16); left > 0; left--) {
      bytes[next(within)] ^= (byte) (1 << next(8));
    }
  }

  private void overwrite(byte[] bytes) {
    int width = Math.min(1 << next(4), bytes.length);
    int at = next(Math.min(bytes.length, HEADER) - width + 1);
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    long value = EXTREMES[next(EXTREMES.length)];
    if (next(2) == 0) {
      number.order(ByteOrder.LITTLE_ENDIAN).putLong(value);
      System.arraycopy(number.array(), 0, bytes, at, width);
    } else {
      number.putLong(value);
      System.arraycopy(number.array(), Long.BYTES - width, bytes, at, width);
    }
  }

  private static byte[] without(byte[] bytes, int at, int length) {
    byte[] rest = Arrays.copyOf(bytes, bytes.length - length);
    System.arraycopy(bytes, at + length, rest, at, rest.length - at);
    return rest;
  }

  private static byte[] with(byte[] bytes, int at, byte[] more) {
    byte[] all = new byte[bytes.length + more.length];
    System.arraycopy(bytes, 0, all, 0, at);
    System.arraycopy(more, 0, all, at, more.length);
    System.arraycopy(bytes, at, all, at + more.length, bytes.length - at);
    return all;
  }

  /** One to three mutations of a text: lines, words and characters that no honest writer has. */
  public String mutate(String valid) {
    String text = valid;
    for (int left = 1 + next(3); left > 0; left--) {
      text = once(text);
    }
    return text;
  }

  private static final List<String> WORDS =
      List.of(
          "null",
          "~",
          "-1",
          "1e999",
          "NaN",
          "9223372036854775808",
          "true",
          "[]",
          "{}",
          "\"",
          "'",
          "\\",
          "\u0000",
          "\u001b[2J",
          "\u202e",
          "\ud800",
          "../../../../etc/passwd",
          "file:///dev/zero",
          "/dev/stdin",
          "$(touch owned)",
          "`id`",
          "| cat",
          "%00",
          "%s%n",
          "*?[a]{b,c}",
          "#:&;=+$,@<>",
          "!!javax.script.ScriptEngineManager []",
          "!!python/object/apply:os.system [id]",
          "&a [*a, *a]",
          "2024-01-01",
          "x".repeat(100_000),
          "[".repeat(5_000),
          "{\"a\":".repeat(2_000));

  private String once(String text) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) {
      return oneOf(WORDS);
    }
    int at = next(lines.size());
    String line = lines.get(at);
    int from = next(line.length() + 1);
    int to = Math.min(line.length(), from + 1 + next(12));
    switch (next(6)) {
      case 0 -> lines.add(at, line);
      case 1 -> lines.remove(at);
      case 2 -> lines.set(at, line.substring(0, from));
      case 3 -> lines.set(at, line.substring(0, from) + oneOf(WORDS) + line.substring(to));
      case 4 -> lines.set(at, value(line));
      default -> lines.set(at, line.substring(0, from) + oneOf(WORDS) + line.substring(from));
    }
    return String.join("\n", lines) + "\n";
  }

  /** The line with one of its values replaced, where there are colons or commas. */
  private String value(String line) {
    String[] parts = line.split("(?<=[:,])", -1);
    int at = next(parts.length);
    String end = parts[at].endsWith(",") ? "," : "";
    parts[at] = (at == 0 ? "" : " ") + oneOf(WORDS) + end;
    return String.join("", parts);
  }
}
