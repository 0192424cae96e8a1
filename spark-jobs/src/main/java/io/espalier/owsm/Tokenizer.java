package io.espalier.owsm;

import ai.djl.engine.EngineException;
import ai.djl.sentencepiece.SpTokenizer;
import io.espalier.conf.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Text to token ids and back, through SentencePiece and the model's token list. Safe for use by
 * many threads.
 */
public final class Tokenizer implements AutoCloseable {
  private final SpTokenizer pieces;
  private final TokenTable tokens;
  private volatile boolean closed;

  /**
   * @param bpeModel the SentencePiece model
   * @throws UsageException if it is none
   */
  public Tokenizer(Path bpeModel, TokenTable tokens) {
    this.pieces = read(bpeModel);
    this.tokens = tokens;
  }

  /**
   * Reads a SentencePiece model and forgets it.
   *
   * @throws UsageException if it is none
   */
  public static void require(Path bpeModel) {
    read(bpeModel).close();
  }

  private static SpTokenizer read(Path bpeModel) {
    try {
      return new SpTokenizer(bpeModel);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read SentencePiece model: " + bpeModel, e);
    } catch (EngineException e) {
      throw new UsageException(
          "Cannot read %s: it is no SentencePiece model. Fetch the model again"
              .formatted(bpeModel));
    }
  }

  /** The pieces' ids; a piece that the list lacks becomes {@code <unk>}. */
  public int[] encode(String text) {
    return Arrays.stream(open().getProcessor().tokenize(text))
        .mapToInt(piece -> tokens.find(piece).orElse(tokens.unknown()))
        .toArray();
  }

  /** All tokens as text, special ones as they are written. */
  public String decode(int[] ids) {
    return join(Arrays.stream(ids).mapToObj(tokens::token).toList());
  }

  /** The text without special tokens. */
  public String decodeText(int[] ids) {
    return join(
        Arrays.stream(ids).filter(id -> !tokens.isSpecial(id)).mapToObj(tokens::token).toList());
  }

  /** The text that pieces make. */
  String join(List<String> list) {
    return list.isEmpty() ? "" : open().buildSentence(list);
  }

  /** SentencePiece itself does not notice, and takes the whole process with it. */
  private SpTokenizer open() {
    if (closed) {
      throw new IllegalStateException("Cannot use the tokenizer: it is closed");
    }
    return pieces;
  }

  @Override
  public void close() {
    closed = true;
    pieces.close();
  }
}
