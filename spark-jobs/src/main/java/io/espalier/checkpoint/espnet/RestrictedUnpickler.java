package io.espalier.checkpoint.espnet;

import io.espalier.files.MalformedFileException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A pickle machine that can build only tensors and plain containers. It knows the opcodes that
 * {@code torch.save} writes and the names of {@link TorchGlobal}, and cannot create any other
 * object, so a hostile pickle is refused.
 *
 * <p>Dictionaries become maps in their own order, lists and tuples lists, integers {@link Long}.
 */
final class RestrictedUnpickler {
  private static final int HIGHEST_PROTOCOL = 5;

  /**
   * Instructions and list elements handed to functions; a tensor takes about 40. Each makes at most
   * one small object, so this bounds the memory that a few bytes can ask for.
   */
  private static final int MAX_WORK = 1 << 21;

  private final ByteBuffer input;
  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private long work;

  private RestrictedUnpickler(byte[] pickle) {
    this.input = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The object that the pickle describes.
   *
   * @throws MalformedFileException if the pickle is damaged or asks for anything else; the message
   *     is the second half of a sentence about the file
   */
  static Object load(byte[] pickle) throws MalformedFileException {
    RestrictedUnpickler machine = new RestrictedUnpickler(pickle);
    try {
      int opcode = machine.input.get() & 0xFF;
      while (opcode != '.') {
        machine.execute(opcode);
        opcode = machine.input.get() & 0xFF;
      }
      return machine.pop();
    } catch (BufferUnderflowException e) {
      throw new MalformedFileException("its pickle is cut off", e);
    }
  }

  private void execute(int opcode) throws MalformedFileException {
    spend(1);
    if (!pushScalar(opcode) && !buildContainer(opcode) && !useMemo(opcode)) {
      executeRest(opcode);
    }
  }

  private void executeRest(int opcode) throws MalformedFileException {
    switch (opcode) {
      case 0x80 -> checkProtocol(input.get() & 0xFF);
      case 0x95 -> input.getLong(); // A frame's length: the buffer is whole anyway.
      case 'c' -> push(TorchGlobal.named(line() + "." + line()));
      case 0x93 -> {
        String name = pop(String.class);
        push(TorchGlobal.named(pop(String.class) + "." + name));
      }
      case 'R' -> {
        List<?> arguments = pop(List.class);
        for (Object argument : arguments) {
          spend(argument instanceof List<?> list ? list.size() : 0);
        }
        push(TorchGlobal.call(pop(), arguments));
      }
      case 'b' -> {
        // The state of an ordered dictionary is PyTorch's _metadata, which nothing needs.
        pop();
        if (!(top(Object.class) instanceof Map<?, ?>)) {
          throw refused("BUILD on something other than a dictionary");
        }
      }
      case 'Q' -> push(TorchGlobal.storage(pop()));
      case 'i' -> throw refused("INST of " + line() + "." + line());
      default -> throw refused(PickleOpcodes.name(opcode));
    }
  }

  private void spend(int amount) throws MalformedFileException {
    work += amount;
    if (work > MAX_WORK) {
      throw new MalformedFileException(
          "its pickle takes more than "
              + MAX_WORK
              + " steps, which a plain state dict never needs");
    }
  }

  private boolean pushScalar(int opcode) throws MalformedFileException {
    switch (opcode) {
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) input.getInt());
      case 'K' -> push(input.get() & 0xFFL);
      case 'M' -> push(input.getShort() & 0xFFFFL);
      case 0x8A -> push(longOf(input.get() & 0xFF));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(input.getLong())));
      case 'X' -> push(text(input.getInt() & 0xFFFFFFFFL));
      case 0x8C -> push(text(input.get() & 0xFF));
      case 0x8D -> push(text(input.getLong()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean buildContainer(int opcode) throws MalformedFileException {
    switch (opcode) {
      case '(' -> marks.push(stack.size());
      case ')' -> push(List.of());
      case 't' -> push(Collections.unmodifiableList(popToMark()));
      case 0x85 -> push(Collections.unmodifiableList(popLast(1)));
      case 0x86 -> push(Collections.unmodifiableList(popLast(2)));
      case 0x87 -> push(Collections.unmodifiableList(popLast(3)));
      case ']' -> push(new ArrayList<>());
      case 'a' -> append(popLast(1));
      case 'e' -> append(popToMark());
      case '}' -> push(new LinkedHashMap<>());
      case 's' -> put(popLast(2));
      case 'u' -> put(popToMark());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean useMemo(int opcode) throws MalformedFileException {
    switch (opcode) {
      case 'q' -> memo.put(input.get() & 0xFFL, top(Object.class));
      case 'r' -> memo.put(input.getInt() & 0xFFFFFFFFL, top(Object.class));
      case 0x94 -> memo.put((long) memo.size(), top(Object.class));
      case 'h' -> push(recall(input.get() & 0xFFL));
      case 'j' -> push(recall(input.getInt() & 0xFFFFFFFFL));
      default -> {
        return false;
      }
    }
    return true;
  }

  private Object recall(long index) throws MalformedFileException {
    if (!memo.containsKey(index)) {
      throw new MalformedFileException(
          "its pickle reads memo " + index + ", which was never written");
    }
    return memo.get(index);
  }

  private static void checkProtocol(int version) throws MalformedFileException {
    if (version > HIGHEST_PROTOCOL) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT, "its pickle protocol is %d, limit is %d", version, HIGHEST_PROTOCOL));
    }
  }

  private static MalformedFileException refused(String what) {
    return new MalformedFileException(
        "its pickle uses " + what + ", which a plain state dict never needs");
  }

  private long longOf(int bytes) throws MalformedFileException {
    if (bytes > Long.BYTES) {
      throw new MalformedFileException("it holds an integer of " + bytes + " bytes");
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (input.get() & 0xFFL) << (8 * i);
    }
    int unused = Long.SIZE - 8 * bytes;
    return bytes == 0 ? 0 : value << unused >> unused;
  }

  private String text(long length) throws MalformedFileException {
    if (length < 0 || length > input.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) length];
    input.get(bytes);
    return strict(ByteBuffer.wrap(bytes));
  }

  private String line() throws MalformedFileException {
    int start = input.position();
    while (input.get() != '\n') {}
    return strict(ByteBuffer.wrap(input.array(), start, input.position() - 1 - start));
  }

  private static String strict(ByteBuffer bytes) throws MalformedFileException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedFileException("its pickle has a text that is not UTF-8", e);
    }
  }

  private void append(List<Object> values) throws MalformedFileException {
    if (!(top(List.class) instanceof ArrayList<?>)) {
      throw new MalformedFileException("its pickle appends to a tuple");
    }
    @SuppressWarnings("unchecked") // Lists on the stack are this machine's own.
    List<Object> list = (List<Object>) top(List.class);
    list.addAll(values);
  }

  private void put(List<Object> keysAndValues) throws MalformedFileException {
    @SuppressWarnings("unchecked") // Maps on the stack are this machine's own.
    Map<Object, Object> map = (Map<Object, Object>) top(Map.class);
    if (keysAndValues.size() % 2 != 0) {
      throw new MalformedFileException("its pickle sets a key without a value");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      Object key = keysAndValues.get(i);
      if (!(key instanceof String || key instanceof Long)) {
        throw new MalformedFileException(
            "it has a dictionary key that is neither a string nor an integer");
      }
      map.put(key, keysAndValues.get(i + 1));
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() throws MalformedFileException {
    return popLast(1).get(0);
  }

  private <T> T pop(Class<T> type) throws MalformedFileException {
    T value = top(type);
    stack.remove(stack.size() - 1);
    return value;
  }

  private <T> T top(Class<T> type) throws MalformedFileException {
    checkDepth(1);
    Object value = stack.get(stack.size() - 1);
    if (type != Object.class && !type.isInstance(value)) {
      throw new MalformedFileException(
          "its pickle needs a " + type.getSimpleName() + " on the stack");
    }
    return type.cast(value);
  }

  private List<Object> popToMark() throws MalformedFileException {
    Integer mark = marks.poll();
    if (mark == null) {
      throw new MalformedFileException("its pickle has an unmatched end of a container");
    }
    List<Object> values = new ArrayList<>(stack.subList(mark, stack.size()));
    stack.subList(mark, stack.size()).clear();
    return values;
  }

  private List<Object> popLast(int count) throws MalformedFileException {
    checkDepth(count);
    int from = stack.size() - count;
    List<Object> values = new ArrayList<>(stack.subList(from, stack.size()));
    stack.subList(from, stack.size()).clear();
    return values;
  }

  /** A container that is still open keeps what lies below its mark. */
  private void checkDepth(int count) throws MalformedFileException {
    int floor = marks.isEmpty() ? 0 : marks.peek();
    if (stack.size() - floor < count) {
      throw new MalformedFileException("its pickle takes more from the stack than it has");
    }
  }
}
