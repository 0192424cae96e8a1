package io.espalier.checkpoint.tensors;

import ai.djl.ndarray.types.Shape;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The JSON header of a safetensors file: names, types, shapes and places of its tensors. */
final class SafetensorsHeader {
  private static final String METADATA = "__metadata__";
  private static final int MAX_DIMENSIONS = 16;

  private final Map<String, Entry> entries;

  private SafetensorsHeader(Map<String, Entry> entries) {
    this.entries = Collections.unmodifiableMap(entries);
  }

  /**
   * One tensor.
   *
   * @param begin first byte, counted from the end of the header
   * @param end byte after the last
   */
  record Entry(ElementType type, Shape shape, long begin, long end) {}

  /** Lays tensors out one after the other, wide elements first so that all are aligned. */
  static SafetensorsHeader layOut(Map<String, TensorType> tensors) {
    List<String> names = new ArrayList<>(tensors.keySet());
    names.sort(Comparator.comparingInt(name -> -tensors.get(name).type().bytes()));
    Map<String, Entry> entries = new LinkedHashMap<>();
    long begin = 0;
    for (String name : names) {
      TensorType tensor = tensors.get(name);
      long end = begin + tensor.shape().size() * tensor.type().bytes();
      entries.put(name, new Entry(tensor.type(), tensor.shape(), begin, end));
      begin = end;
    }
    return new SafetensorsHeader(entries);
  }

  /**
   * @param dataBytes number of bytes behind the header
   * @throws MalformedFileException unless the tensors cover these bytes exactly once and each has
   *     the size that its type and shape give
   */
  static SafetensorsHeader parse(String json, long dataBytes) throws MalformedFileException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.beginObject();
      while (reader.hasNext()) {
        String name = reader.nextName();
        if (name.equals(METADATA)) {
          reader.skipValue();
        } else if (entries.put(name, entry(name, reader)) != null) {
          throw new MalformedFileException("it has two tensors named " + name);
        }
      }
      reader.endObject();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedFileException("its header is damaged: there is text after its end");
      }
    } catch (MalformedFileException e) {
      throw e;
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw new MalformedFileException(
          "its header is damaged: " + e.getMessage().lines().findFirst().orElse(""), e);
    }
    checkCoverage(entries, dataBytes);
    return new SafetensorsHeader(entries);
  }

  Map<String, Entry> entries() {
    return entries;
  }

  String toJson() {
    StringWriter text = new StringWriter();
    try (JsonWriter writer = new JsonWriter(text)) {
      writer.beginObject();
      writer.name(METADATA).beginObject().name("format").value("pt").endObject();
      for (Map.Entry<String, Entry> named : entries.entrySet()) {
        Entry entry = named.getValue();
        writer.name(named.getKey()).beginObject();
        writer.name("dtype").value(entry.type().safetensorsName());
        writer.name("shape").beginArray();
        for (long size : entry.shape().getShape()) {
          writer.value(size);
        }
        writer.endArray();
        writer.name("data_offsets").beginArray();
        writer.value(entry.begin()).value(entry.end()).endArray().endObject();
      }
      writer.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static Entry entry(String name, JsonReader reader) throws IOException {
    ElementType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      switch (key) {
        case "dtype" -> type = type(name, reader.nextString());
        case "shape" -> shape = longs(name, reader);
        case "data_offsets" -> offsets = longs(name, reader);
        default ->
            throw new MalformedFileException("its tensor %s has a key %s".formatted(name, key));
      }
    }
    reader.endObject();
    if (type == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new MalformedFileException(
          "its tensor " + name + " lacks a dtype, a shape or two data_offsets");
    }
    return checked(name, type, shape, offsets);
  }

  private static ElementType type(String name, String dtype) throws MalformedFileException {
    return ElementType.ofSafetensors(dtype)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    "its tensor %s has the unknown dtype %s".formatted(name, dtype)));
  }

  private static List<Long> longs(String name, JsonReader reader) throws IOException {
    List<Long> values = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      long value = reader.nextLong();
      if (value < 0 || values.size() == MAX_DIMENSIONS) {
        throw new MalformedFileException("its tensor " + name + " has an invalid shape or offset");
      }
      values.add(value);
    }
    reader.endArray();
    return values;
  }

  private static Entry checked(String name, ElementType type, List<Long> sizes, List<Long> offsets)
      throws MalformedFileException {
    try {
      long bytes = type.bytes();
      for (long size : sizes) {
        bytes = Math.multiplyExact(bytes, size);
      }
      if (offsets.get(1) - offsets.get(0) == bytes) {
        Shape shape = new Shape(sizes);
        return new Entry(type, shape, offsets.get(0), offsets.get(1));
      }
    } catch (ArithmeticException e) {
      throw new MalformedFileException(
          "its tensor %s has the impossible shape %s".formatted(name, sizes), e);
    }
    throw new MalformedFileException(
        String.format(
            Locale.ROOT,
            "its tensor %s of %s %s has another size than its bytes %d to %d",
            name,
            type.safetensorsName(),
            sizes,
            offsets.get(0),
            offsets.get(1)));
  }

  private static void checkCoverage(Map<String, Entry> entries, long dataBytes)
      throws MalformedFileException {
    List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(entries.entrySet());
    inOrder.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long position = 0;
    for (Map.Entry<String, Entry> entry : inOrder) {
      Entry place = entry.getValue();
      if (place.begin() != position || place.end() > dataBytes) {
        throw new MalformedFileException(
            String.format(
                Locale.ROOT,
                "its tensor %s at bytes %d to %d %s (%d bytes of data)",
                entry.getKey(),
                place.begin(),
                place.end(),
                place.begin() < position
                    ? "overlaps the previous one"
                    : place.begin() > position ? "leaves a gap before it" : "is cut off",
                dataBytes));
      }
      position = place.end();
    }
    if (position != dataBytes) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT,
              "it has %d bytes of data, but its tensors have only %d",
              dataBytes,
              position));
    }
  }
}
