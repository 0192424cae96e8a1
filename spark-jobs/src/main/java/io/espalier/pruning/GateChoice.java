package io.espalier.pruning;

import io.espalier.owsm.OwsmConfig;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Who decides about the gates: an option of every job that runs a model. */
public sealed interface GateChoice extends Serializable {
  /** The choice as the option {@code --gates} names it. */
  String text();

  /**
   * The decider.
   *
   * @param config of the model
   * @param predictor the bundle's, if it has one
   * @throws IllegalArgumentException if gates are given that do not fit the model
   */
  GatePolicy policy(OwsmConfig config, Optional<GatePredictor> predictor);

  /**
   * The choice for a model that may have some of its modules only.
   *
   * @param modules that it has, if not all
   */
  default GateChoice of(Optional<GateSet> modules) {
    return this;
  }

  /**
   * Reads {@code learned}, {@code open}, {@code fixed:ENCODER/DECODER}, {@code
   * by-language:CODE=ENCODER/DECODER,...} or {@code random:ENCODER/DECODER:SEED}.
   *
   * @param learned what {@code learned} stands for
   * @throws IllegalArgumentException if it is none of these
   */
  static GateChoice parse(String text, Learned learned) {
    if (text.equals(Learned.TEXT)) {
      return learned;
    }
    if (text.equals(Open.TEXT)) {
      return new Open();
    }
    if (text.startsWith(Fixed.PREFIX)) {
      return new Fixed(GateSet.parse(text.substring(Fixed.PREFIX.length())));
    }
    if (text.startsWith(ByLanguage.PREFIX)) {
      return ByLanguage.parse(text.substring(ByLanguage.PREFIX.length()));
    }
    if (text.startsWith(Random.PREFIX)) {
      return new Random(text);
    }
    throw new IllegalArgumentException(
        ("Invalid gates: %s, must be learned, open, fixed:BITS/BITS,"
                + " by-language:CODE=BITS/BITS,... or random:SHARE/SHARE:SEED")
            .formatted(text));
  }

  /**
   * The bundle's predictors decide; without any, every module runs that the model has.
   *
   * @param contexts what they may look at
   * @param target sparsity for rows that ask for none, in [0, 1]; NaN for the predictors' own
   */
  record Learned(Set<ContextKind> contexts, double target) implements GateChoice {
    private static final String TEXT = "learned";

    /** All contexts, and the predictors' own target. */
    public static final Learned DEFAULTS = new Learned(ContextKind.setOf("all"), Double.NaN);

    public Learned {
      contexts = Set.copyOf(contexts);
      if (!Double.isNaN(target) && !(target >= 0 && target <= 1)) {
        throw new IllegalArgumentException(
            "Invalid target sparsity: %s, must be between 0 and 1".formatted(target));
      }
    }

    @Override
    public String text() {
      return TEXT;
    }

    @Override
    public GateChoice of(Optional<GateSet> modules) {
      return modules.<GateChoice>map(Fixed::new).orElse(this);
    }

    @Override
    public GatePolicy policy(OwsmConfig config, Optional<GatePredictor> predictor) {
      return predictor.isPresent()
          ? new LearnedGates(predictor.get(), contexts, target)
          : new FixedGates(GateSet.open(config));
    }
  }

  /** Every module runs: the dense model. */
  record Open() implements GateChoice {
    private static final String TEXT = "open";

    @Override
    public String text() {
      return TEXT;
    }

    @Override
    public GatePolicy policy(OwsmConfig config, Optional<GatePredictor> predictor) {
      return new FixedGates(GateSet.open(config));
    }
  }

  /** The same modules run for every utterance: static pruning. */
  record Fixed(GateSet gates) implements GateChoice {
    private static final String PREFIX = "fixed:";

    @Override
    public String text() {
      return PREFIX + gates.text();
    }

    @Override
    public GatePolicy policy(OwsmConfig config, Optional<GatePredictor> predictor) {
      return new FixedGates(gates.requireFits(config));
    }
  }

  /**
   * The same modules for every utterance of a language.
   *
   * @param gates by the language's code in the model's token list, such as {@code deu}
   */
  record ByLanguage(SortedMap<String, GateSet> gates) implements GateChoice {
    private static final String PREFIX = "by-language:";
    private static final Pattern ONE = Pattern.compile("([^=,]+)=([^=,]+)");

    public ByLanguage {
      gates = Collections.unmodifiableSortedMap(new TreeMap<>(gates));
    }

    private static ByLanguage parse(String text) {
      SortedMap<String, GateSet> gates = new TreeMap<>();
      for (String part : text.split(",", -1)) {
        Matcher one = ONE.matcher(part);
        if (!one.matches() || gates.put(one.group(1), GateSet.parse(one.group(2))) != null) {
          throw new IllegalArgumentException(
              "Invalid gates: by-language:%s, must be like by-language:deu=BITS/BITS,eng=BITS/BITS"
                  .formatted(text));
        }
      }
      return new ByLanguage(gates);
    }

    @Override
    public String text() {
      return gates.entrySet().stream()
          .map(one -> one.getKey() + "=" + one.getValue().text())
          .collect(Collectors.joining(",", PREFIX, ""));
    }

    @Override
    public GatePolicy policy(OwsmConfig config, Optional<GatePredictor> predictor) {
      gates.values().forEach(own -> own.requireFits(config));
      return new LanguageGates(gates);
    }
  }

  /**
   * As many modules as asked for, drawn anew for each utterance from its id and the seed.
   *
   * @param text {@code random:ENCODER/DECODER:SEED}, the shares of open modules in [0, 1] as they
   *     were written: a run is known by this spelling
   */
  record Random(String text) implements GateChoice {
    private static final String PREFIX = "random:";
    private static final Pattern TEXT =
        Pattern.compile("random:([01](?:\\.[0-9]+)?)/([01](?:\\.[0-9]+)?):([0-9]{1,18})");

    /**
     * @throws IllegalArgumentException if the text is anything else
     */
    public Random {
      Matcher matcher = TEXT.matcher(text);
      if (!matcher.matches() || share(matcher, 1) > 1 || share(matcher, 2) > 1) {
        String shares = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        throw new IllegalArgumentException(
            "Invalid random gates: %s, must be like 0.5/0.6:7, the shares of open modules in encoder"
                    .formatted(shares)
                + " and decoder and a seed");
      }
    }

    /**
     * @param encoderShare share of the encoder's modules that are open
     * @param decoderShare share of the decoder's
     * @param seed of at most 18 digits, not negative
     */
    public Random(double encoderShare, double decoderShare, long seed) {
      this(
          String.format(
              Locale.ROOT, "random:%s/%s:%d", plain(encoderShare), plain(decoderShare), seed));
    }

    /** Share of the encoder's modules that are open. */
    public double encoderShare() {
      return share(matched(), 1);
    }

    /** Share of the decoder's modules that are open. */
    public double decoderShare() {
      return share(matched(), 2);
    }

    /** What the draws depend on besides the utterances' ids. */
    public long seed() {
      return Long.parseLong(matched().group(3));
    }

    @Override
    public GatePolicy policy(OwsmConfig config, Optional<GatePredictor> predictor) {
      return new RandomGates(config, this);
    }

    private Matcher matched() {
      Matcher matcher = TEXT.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalStateException("Unchecked random gates: " + text);
      }
      return matcher;
    }

    private static double share(Matcher matcher, int group) {
      return Double.parseDouble(matcher.group(group));
    }

    private static String plain(double share) {
      return Double.isFinite(share)
          ? BigDecimal.valueOf(share).toPlainString()
          : String.valueOf(share);
    }
  }
}
