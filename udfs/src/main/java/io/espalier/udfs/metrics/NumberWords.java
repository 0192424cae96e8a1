package io.espalier.udfs.metrics;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words that English numbers are made of, by what they do to the number read so far. */
final class NumberWords {
  private static final List<String> ONES =
      List.of(
          "one",
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen",
          "seventeen",
          "eighteen",
          "nineteen");
  private static final List<String> TENS =
      List.of("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");
  private static final List<String> POWERS_OF_A_THOUSAND =
      List.of(
          "thousand",
          "million",
          "billion",
          "trillion",
          "quadrillion",
          "quintillion",
          "sextillion",
          "septillion",
          "octillion",
          "nonillion",
          "decillion");

  /** A number with the letters that follow its digits, such as the "th" of "fifth". */
  record Suffixed(BigInteger value, String suffix) {}

  private final Set<String> zeros = Set.of("o", "oh", "zero");
  private final Map<String, Integer> ones = new HashMap<>();
  private final Map<String, Suffixed> onesSuffixed = new HashMap<>();
  private final Map<String, Integer> tens = new HashMap<>();
  private final Map<String, Suffixed> tensSuffixed = new HashMap<>();
  private final Map<String, BigInteger> multipliers = new HashMap<>();
  private final Map<String, Suffixed> multipliersSuffixed = new HashMap<>();
  private final Map<String, String> signs =
      Map.of("minus", "-", "negative", "-", "plus", "+", "positive", "+");
  private final Map<String, String> currencies =
      Map.of(
          "pound", "£", "pounds", "£", "euro", "€", "euros", "€", "dollar", "$", "dollars", "$",
          "cent", "¢", "cents", "¢");
  private final Set<String> specials = Set.of("and", "double", "triple", "point");

  NumberWords() {
    for (int i = 0; i < ONES.size(); i++) {
      addOne(ONES.get(i), i + 1);
    }
    onesSuffixed.put("zeroth", suffixed(0, "th"));
    for (int i = 0; i < TENS.size(); i++) {
      String name = TENS.get(i);
      int value = 10 * (i + 2);
      tens.put(name, value);
      tensSuffixed.put(name.replace("y", "ies"), suffixed(value, "s"));
      tensSuffixed.put(name.replace("y", "ieth"), suffixed(value, "th"));
    }
    addMultiplier("hundred", BigInteger.valueOf(100));
    for (int i = 0; i < POWERS_OF_A_THOUSAND.size(); i++) {
      addMultiplier(POWERS_OF_A_THOUSAND.get(i), BigInteger.valueOf(1000).pow(i + 1));
    }
  }

  private void addOne(String name, int value) {
    ones.put(name, value);
    onesSuffixed.put(name.equals("six") ? "sixes" : name + "s", suffixed(value, "s"));
    switch (value) {
      case 1 -> onesSuffixed.put("first", suffixed(value, "st"));
      case 2 -> onesSuffixed.put("second", suffixed(value, "nd"));
      case 3 -> onesSuffixed.put("third", suffixed(value, "rd"));
      case 5 -> onesSuffixed.put("fifth", suffixed(value, "th"));
      case 12 -> onesSuffixed.put("twelfth", suffixed(value, "th"));
      default -> onesSuffixed.put(name + (name.endsWith("t") ? "h" : "th"), suffixed(value, "th"));
    }
  }

  private void addMultiplier(String name, BigInteger value) {
    multipliers.put(name, value);
    multipliersSuffixed.put(name + "s", new Suffixed(value, "s"));
    multipliersSuffixed.put(name + "th", new Suffixed(value, "th"));
  }

  private static Suffixed suffixed(int value, String suffix) {
    return new Suffixed(BigInteger.valueOf(value), suffix);
  }

  Set<String> zeros() {
    return zeros;
  }

  /** One to nineteen. */
  Map<String, Integer> ones() {
    return ones;
  }

  /** Their plurals and ordinals. */
  Map<String, Suffixed> onesSuffixed() {
    return onesSuffixed;
  }

  /** Twenty to ninety. */
  Map<String, Integer> tens() {
    return tens;
  }

  Map<String, Suffixed> tensSuffixed() {
    return tensSuffixed;
  }

  /** A hundred, and the powers of a thousand. */
  Map<String, BigInteger> multipliers() {
    return multipliers;
  }

  Map<String, Suffixed> multipliersSuffixed() {
    return multipliersSuffixed;
  }

  /** Words for a sign before a number. */
  Map<String, String> signs() {
    return signs;
  }

  /** Words after a number for a symbol before it. */
  Map<String, String> currencies() {
    return currencies;
  }

  /** Whether a word can stand after the decimal point. */
  boolean isDecimal(String word) {
    return ones.containsKey(word) || tens.containsKey(word) || zeros.contains(word);
  }

  /** Whether a word can be part of a number at all. */
  boolean contains(String word) {
    return isDecimal(word)
        || onesSuffixed.containsKey(word)
        || tensSuffixed.containsKey(word)
        || multipliers.containsKey(word)
        || multipliersSuffixed.containsKey(word)
        || signs.containsKey(word)
        || currencies.containsKey(word)
        || specials.contains(word)
        || word.equals("per")
        || word.equals("percent");
  }
}
