package io.espalier.checkpoint.espnet;

import io.espalier.checkpoint.tensors.ElementType;
import io.espalier.conf.Shown;
import io.espalier.files.MalformedFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The complete list of names that a checkpoint may refer to, and their effects. */
sealed interface TorchGlobal {
  /** A storage class: it is only named, never called. */
  record StorageClass(ElementType type) implements TorchGlobal {}

  /** A callable. */
  enum Function implements TorchGlobal {
    ORDERED_DICT,
    REBUILD_TENSOR,
    REBUILD_PARAMETER
  }

  Map<String, TorchGlobal> ALLOWED = allowed();

  private static Map<String, TorchGlobal> allowed() {
    Map<String, TorchGlobal> names = new HashMap<>();
    names.put("collections.OrderedDict", Function.ORDERED_DICT);
    names.put("torch._utils._rebuild_tensor_v2", Function.REBUILD_TENSOR);
    names.put("torch._utils._rebuild_parameter", Function.REBUILD_PARAMETER);
    names.put("torch.DoubleStorage", new StorageClass(ElementType.FLOAT64));
    names.put("torch.FloatStorage", new StorageClass(ElementType.FLOAT32));
    names.put("torch.HalfStorage", new StorageClass(ElementType.FLOAT16));
    names.put("torch.BFloat16Storage", new StorageClass(ElementType.BFLOAT16));
    names.put("torch.LongStorage", new StorageClass(ElementType.INT64));
    names.put("torch.IntStorage", new StorageClass(ElementType.INT32));
    names.put("torch.ShortStorage", new StorageClass(ElementType.INT16));
    names.put("torch.CharStorage", new StorageClass(ElementType.INT8));
    names.put("torch.ByteStorage", new StorageClass(ElementType.UINT8));
    names.put("torch.BoolStorage", new StorageClass(ElementType.BOOL));
    return Map.copyOf(names);
  }

  static TorchGlobal named(String name) throws MalformedFileException {
    TorchGlobal global = ALLOWED.get(name);
    if (global == null) {
      throw new MalformedFileException(
          "it refers to "
              + printable(name)
              + ", and only tensors in plain containers are read. If the file is trusted, save its"
              + " state dict alone with PyTorch: torch.save(model.state_dict(), FILE)");
    }
    return global;
  }

  /** A hostile name must not write to the terminal, nor fill it. */
  static String printable(String name) {
    return Shown.of(name);
  }

  /** What the pickle machine does for a call: {@code function(*arguments)}. */
  static Object call(Object function, List<?> arguments) throws MalformedFileException {
    if (!(function instanceof Function known)) {
      throw new MalformedFileException("it calls something that is not a function");
    }
    return switch (known) {
      case ORDERED_DICT -> orderedDict(arguments);
      case REBUILD_TENSOR -> tensor(arguments);
      case REBUILD_PARAMETER -> argument(arguments, 0, TorchTensor.class);
    };
  }

  /** A storage from its persistent id: ("storage", class, key, device, elements). */
  static TorchTensor.Storage storage(Object id) throws MalformedFileException {
    if (!(id instanceof List<?> parts) || !argument(parts, 0, String.class).equals("storage")) {
      throw new MalformedFileException("it has a persistent id that is not a storage");
    }
    return new TorchTensor.Storage(
        argument(parts, 2, String.class),
        argument(parts, 1, StorageClass.class).type(),
        argument(parts, 4, Long.class));
  }

  private static Map<Object, Object> orderedDict(List<?> arguments) throws MalformedFileException {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      for (Object pair : argument(arguments, 0, List.class)) {
        if (!(pair instanceof List<?> keyAndValue) || keyAndValue.size() != 2) {
          throw new MalformedFileException("it fills a dictionary with something other than pairs");
        }
        map.put(argument(keyAndValue, 0, String.class), keyAndValue.get(1));
      }
    }
    return map;
  }

  private static TorchTensor tensor(List<?> arguments) throws MalformedFileException {
    return TorchTensor.of(
        argument(arguments, 0, TorchTensor.Storage.class),
        argument(arguments, 1, Long.class),
        longs(argument(arguments, 2, List.class)),
        longs(argument(arguments, 3, List.class)));
  }

  private static long[] longs(List<?> values) throws MalformedFileException {
    List<Long> longs = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      longs.add(argument(values, i, Long.class));
    }
    return longs.stream().mapToLong(Long::longValue).toArray();
  }

  private static <T> T argument(List<?> arguments, int index, Class<T> type)
      throws MalformedFileException {
    Object value = index < arguments.size() ? arguments.get(index) : null;
    if (!type.isInstance(value)) {
      throw new MalformedFileException(
          "it has %s where %s belongs"
              .formatted(
                  value == null ? "nothing" : "a " + value.getClass().getSimpleName(),
                  "a " + type.getSimpleName()));
    }
    return type.cast(value);
  }
}
