package io.espalier.training.data;

import io.espalier.conf.UsageException;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.Prompt;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.owsm.ctc.CtcPrompt;
import io.espalier.owsm.ctc.OwsmCtcModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Converts the texts of an example to what a model is given and asked for, for one of the tasks
 * that the example has a text for.
 *
 * <p>An encoder-decoder gets the decoder's input and targets in OWSM's multitask format: {@code
 * [<sop> previous text] <sos> <language> <task> <notimestamps> text <eos>}. Everything after {@code
 * <sos>} is a target, so the model also learns to predict language and task. An OWSM-CTC gets its
 * prompt, and for CTC {@code <language> <task> text}, as in ESPnet's {@code S2TCTCPreprocessor}: it
 * names the language even if the prompt does not.
 */
public final class TextTargets {
  private static final int NOT_ASKED = -1;

  private final Tokenizer tokenizer;
  private final TokenTable tokens;
  private final Shares shares;
  private final Map<String, String> tasks;
  private final boolean isCtc;
  private final int[] ordinary;

  /**
   * How often examples are used with what is known of them.
   *
   * @param textPrev share of the examples with a previous text that are given it
   * @param language share of the examples whose language an OWSM-CTC is told
   * @param wrong share of the text's tokens in whose place the decoder is given another one
   */
  public record Shares(double textPrev, double language, double wrong) {
    /** To measure with, or for an encoder-decoder without previous texts. */
    public static final Shares NONE = new Shares(0, 1, 0);
  }

  /**
   * Sequences of one example.
   *
   * @param tokens what the decoder is given; language and task for an OWSM-CTC
   * @param targets what the decoder should say next, of the same length, -1 where nothing is asked;
   *     all that an OWSM-CTC should say
   * @param transcript for CTC, whatever the task; null if unknown
   * @param previous what an OWSM-CTC is told of the text before; empty for an encoder-decoder
   * @param language that the model is told; null if it is not told
   * @param task what they are for
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Sequences(
      long[] tokens,
      long[] targets,
      long[] transcript,
      long[] previous,
      String language,
      String task) {}

  private TextTargets(
      Tokenizer tokenizer,
      TokenTable tokens,
      Map<String, String> tasks,
      Shares shares,
      boolean isCtc) {
    this.tokenizer = tokenizer;
    this.tokens = tokens;
    this.tasks = tasks;
    this.shares = shares;
    this.isCtc = isCtc;
    this.ordinary = IntStream.range(0, tokens.size()).filter(id -> !tokens.isSpecial(id)).toArray();
  }

  /**
   * For an encoder-decoder.
   *
   * @param tasks task to the column of its text: an utterance is used for any of them that it has a
   *     text for; empty to do what the manifest says
   * @param textPrevShare share of the examples with a previous text that are given it
   */
  public TextTargets(
      Tokenizer tokenizer, TokenTable tokens, Map<String, String> tasks, double textPrevShare) {
    this(tokenizer, tokens, tasks, new Shares(textPrevShare, 1, 0), false);
  }

  /** For a model of either kind. */
  public static TextTargets of(
      OwsmConfig model, Tokenizer tokenizer, Map<String, String> tasks, Shares shares) {
    boolean isCtc = model.ctcOnly().isPresent();
    return new TextTargets(tokenizer, new TokenTable(model.tokens()), tasks, shares, isCtc);
  }

  /** Sequences for a task that is drawn among those that the example has a text for. */
  public Sequences draw(Example example, SplittableRandom random) {
    List<String> usable = new ArrayList<>();
    for (Map.Entry<String, String> task : tasks.entrySet()) {
      boolean intoItself = task.getKey().equals("st_" + example.language());
      if (!intoItself && example.texts().containsKey(task.getValue())) {
        usable.add(task.getKey());
      }
    }
    boolean previous = random.nextDouble() < shares.textPrev();
    boolean told = !isCtc || random.nextDouble() < shares.language();
    String task = usable.isEmpty() ? example.task() : usable.get(random.nextInt(usable.size()));
    String column = usable.isEmpty() ? Example.REFERENCE : tasks.get(task);
    return withWrong(of(example, task, column, previous, told), random);
  }

  /**
   * Has random tokens in the place of some that the decoder is given, but asks for the true next
   * ones. It thus learns to listen rather than to continue sentences, and meets errors as it will
   * make itself when it decodes. The idea is that of word dropout (Bowman et al., CoNLL 2016).
   */
  private Sequences withWrong(Sequences right, SplittableRandom random) {
    if (shares.wrong() == 0) {
      return right;
    }
    long[] given = right.tokens().clone();
    for (int at = 0; at < given.length; at++) {
      boolean text = right.targets()[at] != NOT_ASKED && !tokens.isSpecial((int) given[at]);
      if (text && random.nextDouble() < shares.wrong()) {
        given[at] = ordinary[random.nextInt(ordinary.length)];
      }
    }
    return new Sequences(
        given,
        right.targets(),
        right.transcript(),
        right.previous(),
        right.language(),
        right.task());
  }

  /** Sequences for what the manifest asks. */
  public Sequences asked(Example example) {
    return of(example, example.task(), Example.REFERENCE, false, true);
  }

  private Sequences of(
      Example example, String task, String column, boolean previous, boolean told) {
    String text = example.texts().get(column);
    if (text == null) {
      throw new UsageException("Cannot train on %s: it has no %s".formatted(example.id(), column));
    }
    String before = previous ? example.texts().get(Example.TEXT_PREV) : null;
    int[] said = before == null ? null : tokenizer.encode(before);
    int language =
        known(example, tokens.language(example.language()), "language", example.language());
    int id = known(example, tokens.task(task), "task", task);
    int[] ids = tokenizer.encode(text);
    long[] transcript = transcript(example, task, ids);
    return isCtc
        ? prompted(
            CtcPrompt.of(tokens, told ? language : -1, id, readable(said)),
            language,
            ids,
            transcript,
            told ? example.language() : null,
            task)
        : decoded(
            Prompt.of(tokens, said, language, id, false),
            ids,
            transcript,
            example.language(),
            task);
  }

  private Sequences decoded(
      int[] prompt, int[] text, long[] transcript, String language, String task) {
    long[] given = joined(prompt, longs(text));
    long[] targets = new long[given.length];
    System.arraycopy(given, 1, targets, 0, given.length - 1);
    targets[given.length - 1] = tokens.eos();
    Arrays.fill(targets, 0, Prompt.startOf(tokens, prompt), NOT_ASKED);
    return new Sequences(given, targets, transcript, new long[0], language, task);
  }

  private static Sequences prompted(
      CtcPrompt prompt, int spoken, int[] text, long[] transcript, String language, String task) {
    int[] front = {spoken, prompt.task()};
    return new Sequences(
        new long[] {prompt.language(), prompt.task()},
        joined(front, longs(text)),
        transcript == null ? null : joined(front, transcript),
        longs(prompt.textPrev()),
        language,
        task);
  }

  /** No text if it is longer than what an OWSM-CTC can read. */
  private static int[] readable(int[] said) {
    return said != null && said.length > OwsmCtcModel.PROMPT_TOKENS ? null : said;
  }

  private long[] transcript(Example example, String task, int[] text) {
    String said = example.texts().get(Example.TRANSCRIPT);
    if (said != null) {
      return longs(tokenizer.encode(said));
    }
    return task.equals("asr") ? longs(text) : null;
  }

  private static long[] longs(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }

  private static long[] joined(int[] front, long[] rest) {
    return LongStream.concat(Arrays.stream(front).asLongStream(), Arrays.stream(rest)).toArray();
  }

  private static int known(Example example, OptionalInt id, String what, String name) {
    return id.orElseThrow(
        () ->
            new UsageException(
                "Cannot train on %s: the model's token list has no %s %s"
                    .formatted(example.id(), what, name)));
  }
}
