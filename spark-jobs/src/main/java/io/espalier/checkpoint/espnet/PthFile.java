package io.espalier.checkpoint.espnet;

import io.espalier.checkpoint.tensors.ElementType;
import io.espalier.files.MalformedFileException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A state dict written by {@code torch.save}: a zip with one pickle and one entry of raw numbers
 * per storage. Numbers are read tensor by tensor, so a file may be larger than memory.
 */
public final class PthFile implements Closeable {
  /** A state dict's pickle is some 150 bytes per tensor. */
  private static final int MAX_PICKLE_BYTES = 16 << 20;

  private static final Pattern UNSAFE_NAME = Pattern.compile("^/|\\\\|(^|/)\\.\\.(/|$)|\\p{Cntrl}");
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private final Path path;
  private final ZipFile zip;
  private final String root;
  private final Map<String, TorchTensor> tensors;
  private final Map<String, Object> settings;

  private PthFile(Path path, ZipFile zip, String root, Content content) {
    this.path = path;
    this.zip = zip;
    this.root = root;
    this.tensors = Collections.unmodifiableMap(content.tensors());
    this.settings = Collections.unmodifiableMap(content.settings());
  }

  /** The contents of a pickle. */
  private record Content(Map<String, TorchTensor> tensors, Map<String, Object> settings) {}

  /** Finds a state dict, and what may stand beside it, in the top object of a pickle. */
  private interface Reading {
    Content of(Object top) throws MalformedFileException;
  }

  /**
   * Reads the names and shapes, no numbers.
   *
   * @throws MalformedFileException if the file is damaged, of another format, or holds anything but
   *     tensors and plain containers
   */
  public static PthFile open(Path path) throws IOException {
    return open(path, top -> new Content(stateDict(unwrapped(top)), Map.of()));
  }

  /**
   * Reads a dictionary of a state dict and plain settings.
   *
   * @param modelKey of the state dict
   * @param settingsKey of the dictionary of strings, numbers and booleans
   * @throws MalformedFileException as {@link #open}, and if either is missing
   */
  public static PthFile openWithSettings(Path path, String modelKey, String settingsKey)
      throws IOException {
    return open(
        path,
        top -> {
          if (!(top instanceof Map<?, ?> map)
              || !(map.get(modelKey) instanceof Map<?, ?> model)
              || !(map.get(settingsKey) instanceof Map<?, ?> settings)) {
            throw new MalformedFileException(
                "it must have two dictionaries, %s and %s".formatted(modelKey, settingsKey));
          }
          return new Content(stateDict(model), plain(settingsKey, settings));
        });
  }

  @SuppressWarnings("StreamResourceLeak") // The file stays open for the numbers.
  private static PthFile open(Path path, Reading reading) throws IOException {
    TorchFormat.check(path);
    ZipFile zip;
    try {
      zip = new ZipFile(path.toFile());
    } catch (ZipException e) {
      throw new MalformedFileException(
          "Cannot read checkpoint %s: the zip container is truncated or damaged (%s)"
              .formatted(path, e.getMessage()),
          e);
    }
    try {
      checkEntries(zip, Files.size(path));
      String root = root(zip);
      checkByteOrder(zip, root);
      Object top = RestrictedUnpickler.load(pickle(zip, root));
      return new PthFile(path, zip, root, reading.of(top));
    } catch (MalformedFileException e) {
      zip.close();
      throw new MalformedFileException("Cannot read checkpoint " + path + ": " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** All tensors by name, in the file's order. */
  public Map<String, TorchTensor> tensors() {
    return tensors;
  }

  /** The settings beside the state dict: strings, numbers, booleans and nulls by name. */
  public Map<String, Object> settings() {
    return settings;
  }

  /** The numbers of a tensor in row-major order, widened or rounded to float32. */
  public float[] floats(TorchTensor tensor) throws IOException {
    if (tensor.elements() == 0) {
      return new float[0];
    }
    float[] covered = covered(tensor);
    return tensor.isContiguous() ? covered : gather(tensor, covered);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  private float[] covered(TorchTensor tensor) throws IOException {
    TorchTensor.Storage storage = tensor.storage();
    ElementType type = storage.type();
    ZipEntry entry = zip.getEntry(root + "data/" + storage.key());
    if (entry == null || entry.getSize() / type.bytes() < storage.elements()) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT,
              "Cannot read checkpoint %s: storage %s must have %d elements of %s, but has %s",
              path,
              storage.key(),
              storage.elements(),
              type,
              entry == null ? "none" : entry.getSize() + " bytes"));
    }
    if (tensor.extent() > MAX_ELEMENTS) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT,
              "Cannot read checkpoint %s: one tensor spans %d elements of storage %s, limit is %d",
              path,
              tensor.extent(),
              storage.key(),
              MAX_ELEMENTS));
    }
    float[] values = new float[(int) tensor.extent()];
    try (InputStream in = zip.getInputStream(entry)) {
      in.skipNBytes(tensor.offset() * type.bytes());
      readFloats(in, type, values);
    } catch (EOFException | ZipException e) {
      throw new MalformedFileException(
          "Cannot read checkpoint %s: storage %s is cut off".formatted(path, storage.key()), e);
    }
    return values;
  }

  private static void readFloats(InputStream in, ElementType type, float[] values)
      throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    int done = 0;
    while (done < values.length) {
      int count = Math.min(values.length - done, chunk.length / type.bytes());
      if (in.readNBytes(chunk, 0, count * type.bytes()) < count * type.bytes()) {
        throw new EOFException();
      }
      ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        values[done++] = type.nextFloat(buffer);
      }
    }
  }

  private static float[] gather(TorchTensor tensor, float[] covered) {
    long[] shape = tensor.shape();
    float[] values = new float[Math.toIntExact(tensor.elements())];
    long[] index = new long[shape.length];
    long source = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = covered[(int) source];
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        index[axis]++;
        source += tensor.strides()[axis];
        if (index[axis] < shape[axis]) {
          break;
        }
        source -= index[axis] * tensor.strides()[axis];
        index[axis] = 0;
      }
    }
    return values;
  }

  /**
   * Other readers might take another of two entries of one name, or write a name to the disk; and
   * an entry that is compressed, or larger than the file, could ask for any amount of memory.
   */
  private static void checkEntries(ZipFile zip, long fileSize) throws MalformedFileException {
    Set<String> names = new HashSet<>();
    Enumeration<? extends ZipEntry> entries = zip.entries();
    while (entries.hasMoreElements()) {
      ZipEntry entry = entries.nextElement();
      String name = entry.getName();
      if (!names.add(name)) {
        throw new MalformedFileException(
            "its zip container has two entries " + TorchGlobal.printable(name));
      }
      if (UNSAFE_NAME.matcher(name).find()) {
        throw new MalformedFileException(
            "its zip container has an entry "
                + TorchGlobal.printable(name)
                + ", which would be outside it");
      }
      if (entry.getMethod() != ZipEntry.STORED || entry.getSize() > fileSize) {
        throw new MalformedFileException(
            String.format(
                    Locale.ROOT,
                    "its entry %s is compressed or longer than the file (%d bytes), but torch.save"
                        + " writes",
                    TorchGlobal.printable(name),
                    entry.getSize())
                + " uncompressed numbers");
      }
    }
  }

  private static String root(ZipFile zip) throws MalformedFileException {
    List<String> pickles =
        zip.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.matches("[^/]+/data\\.pkl"))
            .toList();
    if (pickles.size() != 1) {
      throw new MalformedFileException(
          "a checkpoint of torch.save has one entry NAME/data.pkl, but this zip has "
              + pickles.size());
    }
    String name = pickles.get(0);
    String root = name.substring(0, name.length() - "data.pkl".length());
    if (zip.getEntry(root + "constants.pkl") != null) {
      throw new MalformedFileException(
          "it is a TorchScript program, not a state dict. Save one with"
              + " torch.save(model.state_dict(), FILE)");
    }
    return root;
  }

  private static void checkByteOrder(ZipFile zip, String root) throws IOException {
    ZipEntry entry = zip.getEntry(root + "byteorder");
    if (entry == null) {
      return;
    }
    try (InputStream in = zip.getInputStream(entry)) {
      String order = new String(in.readNBytes(16), StandardCharsets.US_ASCII).strip();
      if (!order.equals("little")) {
        throw new MalformedFileException("its byte order is " + order + ", must be little");
      }
    }
  }

  private static byte[] pickle(ZipFile zip, String root) throws IOException {
    try (InputStream in = zip.getInputStream(zip.getEntry(root + "data.pkl"))) {
      byte[] bytes = in.readNBytes(MAX_PICKLE_BYTES + 1);
      if (bytes.length > MAX_PICKLE_BYTES) {
        throw new MalformedFileException(
            String.format(Locale.ROOT, "its pickle is larger than %d MiB", MAX_PICKLE_BYTES >> 20));
      }
      return bytes;
    }
  }

  private static Map<String, Object> plain(String key, Map<?, ?> settings)
      throws MalformedFileException {
    Map<String, Object> plain = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : settings.entrySet()) {
      Object value = entry.getValue();
      boolean simple =
          value == null
              || value instanceof String
              || value instanceof Number
              || value instanceof Boolean;
      if (!simple || !(entry.getKey() instanceof String name)) {
        throw new MalformedFileException(
            "its entry '%s.%s' is not a string, number or boolean".formatted(key, entry.getKey()));
      }
      boolean small = value instanceof Long number && number.intValue() == number;
      plain.put(name, small ? (Object) ((Long) value).intValue() : value);
    }
    return plain;
  }

  private static Map<?, ?> unwrapped(Object top) throws MalformedFileException {
    if (!(top instanceof Map<?, ?> map)) {
      throw new MalformedFileException("it has no dictionary of tensors");
    }
    Map<?, ?> inner = map;
    for (String wrapper : List.of("module", "state_dict")) {
      if (inner.get(wrapper) instanceof Map<?, ?> wrapped) {
        inner = wrapped;
      }
    }
    return inner;
  }

  private static Map<String, TorchTensor> stateDict(Map<?, ?> inner) throws MalformedFileException {
    Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : inner.entrySet()) {
      if (!(entry.getKey() instanceof String name)
          || !(entry.getValue() instanceof TorchTensor tensor)) {
        throw new MalformedFileException(
            "its entry '%s' is not a tensor, so it is not a state dict".formatted(entry.getKey()));
      }
      tensors.put(name, tensor);
    }
    return tensors;
  }
}
