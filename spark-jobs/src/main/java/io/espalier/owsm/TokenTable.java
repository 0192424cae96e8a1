package io.espalier.owsm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The model's token list. Every id is looked up by name: the order of the special tokens differs
 * between releases.
 */
public final class TokenTable {
  private static final Pattern LANGUAGE = Pattern.compile("<[a-z]{3}>");
  private static final Pattern TASK = Pattern.compile("<(asr|st_[a-z_]+)>");
  private static final Pattern TIMESTAMP = Pattern.compile("<\\d+\\.\\d+>");
  private static final Set<String> NOT_LANGUAGES =
      Set.of("<unk>", "<sos>", "<eos>", "<sop>", "<asr>");

  private final List<String> tokens;
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<Integer> languages = new ArrayList<>();
  private final int firstTimestamp;
  private final int lastTimestamp;

  /**
   * @param tokens all tokens, id = position
   */
  public TokenTable(List<String> tokens) {
    this.tokens = List.copyOf(tokens);
    int first = -1;
    int last = -1;
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      ids.putIfAbsent(token, id);
      if (LANGUAGE.matcher(token).matches() && !NOT_LANGUAGES.contains(token)) {
        languages.add(id);
      }
      if (TIMESTAMP.matcher(token).matches()) {
        if (last >= 0 && id != last + 1) {
          throw new IllegalArgumentException(
              "Invalid token list: timestamp " + token + " does not follow " + tokens.get(last));
        }
        first = first < 0 ? id : first;
        last = id;
      }
    }
    this.firstTimestamp = first;
    this.lastTimestamp = last;
  }

  /** Number of tokens. */
  public int size() {
    return tokens.size();
  }

  /** The token of that id. */
  public String token(int id) {
    return tokens.get(id);
  }

  /** The id of that token, if the list has it. */
  public OptionalInt find(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The id of that token. Fails with its name if the list lacks it. */
  public int id(String token) {
    return find(token)
        .orElseThrow(
            () -> new IllegalArgumentException("Cannot find token in the model's list: " + token));
  }

  /** CTC's blank. */
  public int blank() {
    return id("<blank>");
  }

  /** Start of sentence. */
  public int sos() {
    return id("<sos>");
  }

  /** End of sentence. */
  public int eos() {
    return id("<eos>");
  }

  /** Start of the previous text. */
  public int sop() {
    return id("<sop>");
  }

  /** What stands for pieces that the list lacks. */
  public int unknown() {
    return id("<unk>");
  }

  /** Ids of all languages, ascending. */
  public List<Integer> languages() {
    return List.copyOf(languages);
  }

  /** The code of a language token, such as {@code eng}. */
  public String languageCode(int id) {
    String token = tokens.get(id);
    return token.substring(1, token.length() - 1);
  }

  /**
   * The id of a language.
   *
   * @param code such as {@code eng}
   */
  public OptionalInt language(String code) {
    OptionalInt id = find("<" + code + ">");
    return id.isPresent() && languages.contains(id.getAsInt()) ? id : OptionalInt.empty();
  }

  /**
   * The id of a task.
   *
   * @param name {@code asr}, {@code st_eng}, ...
   */
  public OptionalInt task(String name) {
    String token = "<" + name + ">";
    return TASK.matcher(token).matches() ? find(token) : OptionalInt.empty();
  }

  /** The name of a task's token: {@code asr}, {@code st_eng}, ... */
  public String taskName(int id) {
    String token = token(id);
    return token.substring(1, token.length() - 1);
  }

  /** Names of all tasks, in the order of their tokens. */
  public List<String> tasks() {
    return tokens.stream()
        .filter(token -> TASK.matcher(token).matches())
        .map(token -> token.substring(1, token.length() - 1))
        .toList();
  }

  /** Whether the model can time its output. */
  public boolean hasTimestamps() {
    return firstTimestamp >= 0;
  }

  /** Id of the earliest timestamp, -1 if there is none. */
  public int firstTimestamp() {
    return firstTimestamp;
  }

  /** Id of the latest timestamp, -1 if there is none. */
  public int lastTimestamp() {
    return lastTimestamp;
  }

  /** Whether that id is a timestamp. */
  public boolean isTimestamp(int id) {
    return hasTimestamps() && id >= firstTimestamp && id <= lastTimestamp;
  }

  /** Whether a token is written {@code <...>}: never part of plain text. */
  public boolean isSpecial(int id) {
    String token = tokens.get(id);
    return token.startsWith("<") && token.endsWith(">");
  }
}
