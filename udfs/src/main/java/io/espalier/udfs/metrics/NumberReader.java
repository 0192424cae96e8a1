package io.espalier.udfs.metrics;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a sentence word by word and gathers spelled-out numbers. The number so far is either an
 * integer, to which words still add and multiply, or digits, to which words append: "one oh one" is
 * 101 by appending, "one hundred one" by adding. Used once.
 */
final class NumberReader {
  private static final Pattern NUMERIC = Pattern.compile("\\p{Nd}+(\\.\\p{Nd}+)?");
  private static final Pattern FRACTION = Pattern.compile("\\p{Nd}+\\.?\\p{Nd}*|\\.\\p{Nd}+");
  private static final String PREFIXES = "-+£€$¢";

  private final NumberWords vocabulary;
  private final List<String> output = new ArrayList<>();
  private String prefix = "";
  private BigInteger integer;
  private String digits;

  NumberReader(NumberWords vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** The words with numbers in digits. */
  List<String> read(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String previous = i > 0 ? words.get(i - 1) : "";
      String next = i + 1 < words.size() ? words.get(i + 1) : "";
      if (read(previous, words.get(i), next)) {
        i++;
      }
    }
    flush();
    return output;
  }

  /** Returns whether the next word was used up too. */
  private boolean read(String previous, String word, String next) {
    boolean prefixed = PREFIXES.indexOf(word.charAt(0)) >= 0;
    String bare = prefixed ? word.substring(1) : word;
    if (NUMERIC.matcher(bare).matches()) {
      readDigits(word, bare, prefixed);
    } else if (!vocabulary.contains(word)) {
      flushAndEmit(word);
    } else if (vocabulary.zeros().contains(word)) {
      appendOrStart("0");
    } else if (vocabulary.ones().containsKey(word)) {
      readOnes(previous, vocabulary.ones().get(word));
    } else if (vocabulary.onesSuffixed().containsKey(word)) {
      NumberWords.Suffixed ordinal = vocabulary.onesSuffixed().get(word);
      readOnes(previous, ordinal.value().intValue());
      emit(value() + ordinal.suffix());
    } else if (vocabulary.tens().containsKey(word)) {
      readTens(vocabulary.tens().get(word));
    } else if (vocabulary.tensSuffixed().containsKey(word)) {
      NumberWords.Suffixed ordinal = vocabulary.tensSuffixed().get(word);
      readTens(ordinal.value().intValue());
      emit(value() + ordinal.suffix());
    } else if (vocabulary.multipliers().containsKey(word)) {
      multiply(vocabulary.multipliers().get(word));
    } else if (vocabulary.multipliersSuffixed().containsKey(word)) {
      NumberWords.Suffixed ordinal = vocabulary.multipliersSuffixed().get(word);
      multiply(ordinal.value());
      emit(value() + ordinal.suffix());
    } else {
      return readSymbol(previous, word, next);
    }
    return false;
  }

  private void readDigits(String word, String bare, boolean prefixed) {
    if (digits != null && digits.endsWith(".")) {
      digits += word;
      return;
    }
    flush();
    if (prefixed) {
      prefix = word.substring(0, 1);
    }
    BigDecimal number = new BigDecimal(ascii(bare));
    if (isWhole(number)) {
      integer = number.toBigInteger();
    } else {
      digits = bare;
    }
  }

  private void readOnes(String previous, int ones) {
    if (!hasValue()) {
      integer = BigInteger.valueOf(ones);
    } else if (digits != null || vocabulary.ones().containsKey(previous)) {
      if (vocabulary.tens().containsKey(previous) && ones < 10) {
        digits = digits.substring(0, digits.length() - 1) + ones; // the last zero gives way
      } else {
        append(Integer.toString(ones));
      }
    } else {
      addOrAppend(ones, ones < 10 ? 10 : 100);
    }
  }

  private void readTens(int tens) {
    if (!hasValue()) {
      integer = BigInteger.valueOf(tens);
    } else if (digits != null) {
      append(Integer.toString(tens));
    } else {
      addOrAppend(tens, 100);
    }
  }

  private void addOrAppend(int number, int free) {
    if (integer.mod(BigInteger.valueOf(free)).signum() == 0) {
      integer = integer.add(BigInteger.valueOf(number));
    } else {
      append(Integer.toString(number));
    }
  }

  private void multiply(BigInteger multiplier) {
    if (!hasValue()) {
      integer = multiplier;
    } else if (digits != null) {
      Optional<BigInteger> product = wholeProduct(digits, multiplier);
      if (product.isEmpty()) {
        flush();
      }
      digits = null;
      integer = product.orElse(multiplier);
    } else {
      BigInteger[] parts = integer.divideAndRemainder(BigInteger.valueOf(1000));
      integer = parts[0].multiply(BigInteger.valueOf(1000)).add(parts[1].multiply(multiplier));
    }
  }

  private static Optional<BigInteger> wholeProduct(String digits, BigInteger multiplier) {
    if (!FRACTION.matcher(digits).matches()) {
      return Optional.empty();
    }
    BigDecimal product = new BigDecimal(ascii(digits)).multiply(new BigDecimal(multiplier));
    return isWhole(product) ? Optional.of(product.toBigInteger()) : Optional.empty();
  }

  /** Returns whether the next word was used up too. */
  private boolean readSymbol(String previous, String word, String next) {
    boolean numeric = NUMERIC.matcher(next).matches();
    boolean numberFollows = numeric || vocabulary.contains(next);
    if (vocabulary.signs().containsKey(word)) {
      readSign(word, numberFollows);
      return false;
    }
    if (vocabulary.currencies().containsKey(word)) {
      if (hasValue()) {
        prefix = vocabulary.currencies().get(word);
        flush();
      } else {
        emit(word);
      }
      return false;
    }
    if (word.startsWith("per")) {
      return readPercent(word, next);
    }
    if (!numberFollows) {
      flushAndEmit(word);
      return false;
    }
    return switch (word) {
      case "double" -> readRepeat(word, 2, next);
      case "triple" -> readRepeat(word, 3, next);
      case "point" -> {
        if (numeric || vocabulary.isDecimal(next)) {
          appendOrStart(".");
        }
        yield false;
      }
      default -> { // "and", which is silent between a multiplier and the rest of its number
        if (!vocabulary.multipliers().containsKey(previous)) {
          flushAndEmit(word);
        }
        yield false;
      }
    };
  }

  private void readSign(String word, boolean numberFollows) {
    flush();
    if (numberFollows) {
      prefix = vocabulary.signs().get(word);
    } else {
      emit(word);
    }
  }

  private boolean readPercent(String word, String next) {
    boolean percent = word.equals("percent");
    if (hasValue() && (percent || next.equals("cent"))) {
      emit(value() + "%");
      return !percent;
    }
    flushAndEmit(word);
    return false;
  }

  private boolean readRepeat(String word, int times, String next) {
    if (!vocabulary.ones().containsKey(next) && !vocabulary.zeros().contains(next)) {
      flushAndEmit(word);
      return false;
    }
    appendOrStart(Integer.toString(vocabulary.ones().getOrDefault(next, 0)).repeat(times));
    return true;
  }

  /** Appends, but a plain 0 so far gives way. */
  private void appendOrStart(String text) {
    if (integer != null && integer.signum() == 0) {
      integer = null;
    }
    append(text);
  }

  private void append(String text) {
    digits = value() + text;
    integer = null;
  }

  private boolean hasValue() {
    return integer != null || digits != null;
  }

  private String value() {
    if (digits != null) {
      return digits;
    }
    return integer == null ? "" : integer.toString();
  }

  private void flush() {
    if (hasValue()) {
      emit(value());
    }
  }

  private void flushAndEmit(String word) {
    flush();
    emit(word);
  }

  /** Any word takes a pending sign, and ends the number. */
  private void emit(String word) {
    output.add(prefix + word);
    prefix = "";
    integer = null;
    digits = null;
  }

  private static boolean isWhole(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0;
  }

  /** Decimal digits of any script as ASCII's; BigDecimal refuses those beyond the BMP. */
  private static String ascii(String number) {
    StringBuilder result = new StringBuilder(number.length());
    number
        .codePoints()
        .forEach(c -> result.append(c == '.' ? "." : Integer.toString(Character.digit(c, 10))));
    return result.toString();
  }
}
