package io.espalier.training.data;

import io.espalier.conf.UsageException;
import io.espalier.owsm.Prompt;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Converts the texts of an example to the decoder's input and targets, in OWSM's multitask format:
 * {@code [<sop> previous text] <sos> <language> <task> <notimestamps> text <eos>}. Everything after
 * {@code <sos>} is a target, so the model also learns to predict language and task.
 */
public final class TextTargets {
  private static final int NOT_ASKED = -1;

  private final Tokenizer tokenizer;
  private final TokenTable tokens;
  private final Map<String, String> tasks;
  private final double textPrevShare;

  /**
   * Sequences of one example.
   *
   * @param tokens what the decoder is given
   * @param targets what it should say next, of the same length; -1 where nothing is asked
   * @param transcript for CTC; null if unknown
   * @param task what they are for
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Sequences(long[] tokens, long[] targets, long[] transcript, String task) {}

  /**
   * @param tasks task to the column of its text: an utterance is used for any of them that it has a
   *     text for; empty to do what the manifest says
   * @param textPrevShare share of the examples with a previous text that are given it
   */
  public TextTargets(
      Tokenizer tokenizer, TokenTable tokens, Map<String, String> tasks, double textPrevShare) {
    this.tokenizer = tokenizer;
    this.tokens = tokens;
    this.tasks = tasks;
    this.textPrevShare = textPrevShare;
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
    boolean previous = random.nextDouble() < textPrevShare;
    if (usable.isEmpty()) {
      return of(example, example.task(), Example.REFERENCE, previous);
    }
    String task = usable.get(random.nextInt(usable.size()));
    return of(example, task, tasks.get(task), previous);
  }

  /** Sequences for what the manifest asks. */
  public Sequences asked(Example example) {
    return of(example, example.task(), Example.REFERENCE, false);
  }

  private Sequences of(Example example, String task, String column, boolean previous) {
    String text = example.texts().get(column);
    if (text == null) {
      throw new UsageException("Cannot train on %s: it has no %s".formatted(example.id(), column));
    }
    String before = previous ? example.texts().get(Example.TEXT_PREV) : null;
    int[] prompt =
        Prompt.of(
            tokens,
            before == null ? null : tokenizer.encode(before),
            known(example, tokens.language(example.language()), "language", example.language()),
            known(example, tokens.task(task), "task", task),
            false);
    int[] ids = tokenizer.encode(text);
    long[] given = new long[prompt.length + ids.length];
    for (int i = 0; i < given.length; i++) {
      given[i] = i < prompt.length ? prompt[i] : ids[i - prompt.length];
    }
    long[] targets = new long[given.length];
    System.arraycopy(given, 1, targets, 0, given.length - 1);
    targets[given.length - 1] = tokens.eos();
    Arrays.fill(targets, 0, Prompt.startOf(tokens, prompt), NOT_ASKED);
    return new Sequences(given, targets, transcript(example, task, ids), task);
  }

  private long[] transcript(Example example, String task, int[] text) {
    String said = example.texts().get(Example.TRANSCRIPT);
    if (said != null) {
      return Arrays.stream(tokenizer.encode(said)).asLongStream().toArray();
    }
    return task.equals("asr") ? Arrays.stream(text).asLongStream().toArray() : null;
  }

  private static int known(Example example, OptionalInt id, String what, String name) {
    return id.orElseThrow(
        () ->
            new UsageException(
                "Cannot train on %s: the model's token list has no %s %s"
                    .formatted(example.id(), what, name)));
  }
}
