package io.espalier.training.tokenizer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a SentencePiece model of type BPE: the few fields of {@code sentencepiece_model.proto}
 * that its library needs to encode and decode. Text is taken as it is, without normalisation beyond
 * joined spaces.
 */
public final class SentencePieceModel {
  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int TYPE_BPE = 2;

  private final List<String> symbols;
  private final List<String> pieces;

  /**
   * @param symbols taken whole wherever they stand in a text, such as {@code <eng>}
   * @param pieces in the order of preference
   */
  public SentencePieceModel(List<String> symbols, List<String> pieces) {
    this.symbols = List.copyOf(symbols);
    this.pieces = List.copyOf(pieces);
  }

  /**
   * OWSM's token list over these pieces: {@code <blank> <unk>}, all pieces, {@code <sos> <eos>
   * <sop>}.
   */
  public List<String> tokenList() {
    List<String> tokens = new ArrayList<>(List.of("<blank>", "<unk>"));
    tokens.addAll(symbols);
    tokens.addAll(pieces);
    tokens.addAll(List.of("<sos>", "<eos>", "<sop>"));
    return List.copyOf(tokens);
  }

  /** Writes the model file. */
  public void write(Path file) throws IOException {
    Message model = new Message();
    piece(model, "<unk>", 0, UNKNOWN);
    piece(model, "<s>", 0, CONTROL);
    piece(model, "</s>", 0, CONTROL);
    for (String symbol : symbols) {
      piece(model, symbol, 0, USER_DEFINED);
    }
    for (int rank = 0; rank < pieces.size(); rank++) {
      piece(model, pieces.get(rank), -rank, NORMAL);
    }
    Message trainer = new Message();
    trainer.number(3, TYPE_BPE);
    trainer.number(4, 3 + symbols.size() + pieces.size());
    model.message(2, trainer);
    Message normalizer = new Message();
    normalizer.text(1, "identity");
    model.message(3, normalizer);
    Files.write(file, model.bytes());
  }

  private static void piece(Message model, String text, float score, int type) {
    Message piece = new Message();
    piece.text(1, text);
    piece.real(2, score);
    piece.number(3, type);
    model.message(1, piece);
  }

  /** One message in the protocol buffers' wire format. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int LENGTH = 2;
    private static final int FIXED_32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void number(int field, long value) {
      varint(((long) field << 3) | VARINT);
      varint(value);
    }

    void real(int field, float value) {
      varint(((long) field << 3) | FIXED_32);
      ByteBuffer buffer = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.writeBytes(buffer.putFloat(value).array());
    }

    void text(int field, String value) {
      bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    void message(int field, Message value) {
      bytes(field, value.bytes());
    }

    private void bytes(int field, byte[] value) {
      varint(((long) field << 3) | LENGTH);
      varint(value.length);
      out.writeBytes(value);
    }

    private void varint(long value) {
      long rest = value;
      while (rest > 0x7f) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
