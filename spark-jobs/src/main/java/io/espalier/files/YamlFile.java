package io.espalier.files;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.representer.Representer;

/**
 * YAML with nothing but maps, lists and scalars in it. Keys that stand twice, objects of any
 * program and aliases that unfold without end are refused.
 */
public final class YamlFile {
  /** A configuration with 50,000 tokens has about one million characters. */
  private static final int MAX_CODE_POINTS = 64 << 20;

  private static final long MAX_BYTES = 4L * MAX_CODE_POINTS;

  private static final int MAX_ALIASES = 200;

  private YamlFile() {}

  /**
   * A file's top-level map, with one list taken out of it.
   *
   * @param values everything else
   * @param strings the list as it is written: YAML's readers disagree on what is a number (a token
   *     {@code 1e3} is a string to the library that wrote the file)
   */
  public record Document(Map<String, Object> values, List<String> strings) {}

  /** Reads a YAML map. */
  public static Map<String, Object> read(Path path) throws IOException {
    return read(path, "").values();
  }

  /**
   * Reads a YAML map that holds one long list of strings, which is kept apart.
   *
   * @param listKey the key of the list of strings; the list is empty if there is none
   * @throws MalformedFileException if the file is no YAML map
   */
  public static Document read(Path path, String listKey) throws IOException {
    // Read before it is parsed: the parser would hide which byte is wrong.
    if (Files.size(path) > MAX_BYTES) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT,
              "Cannot read %s: it has %d bytes, limit is %d",
              path,
              Files.size(path),
              MAX_BYTES));
    }
    return parse(path.toString(), Utf8Text.read(path), listKey);
  }

  /**
   * Reads a YAML map that is at hand.
   *
   * @param source its name in messages
   * @throws MalformedFileException if the text is no YAML map
   */
  public static Map<String, Object> parse(String source, String text)
      throws MalformedFileException {
    return parse(source, text, "").values();
  }

  private static Document parse(String source, String text, String listKey)
      throws MalformedFileException {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CODE_POINTS);
    options.setMaxAliasesForCollections(MAX_ALIASES);
    options.setAllowDuplicateKeys(false);
    try {
      Node root = new Yaml(options).compose(new StringReader(text));
      if (!(root instanceof MappingNode map)) {
        throw new MalformedFileException("Cannot read " + source + ": it is not a YAML map");
      }
      YamlSize.require(source, root);
      List<String> strings = new ArrayList<>();
      List<NodeTuple> rest = new ArrayList<>();
      for (NodeTuple tuple : map.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key
            && key.getValue().equals(listKey)
            && tuple.getValueNode() instanceof SequenceNode list) {
          addScalars(source, listKey, list, strings);
        } else {
          rest.add(tuple);
        }
      }
      map.setValue(rest);
      return new Document(new PlainConstructor(options).construct(map), strings);
    } catch (YAMLException e) {
      throw new MalformedFileException("Cannot read " + source + ": " + e.getMessage(), e);
    }
  }

  /** Writes a YAML map. */
  public static void write(Path path, Map<String, Object> values) throws IOException {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setSplitLines(false);
    Yaml yaml = new Yaml(new Representer(options), options);
    Files.writeString(path, yaml.dump(values), StandardCharsets.UTF_8);
  }

  private static void addScalars(String source, String key, SequenceNode list, List<String> strings)
      throws MalformedFileException {
    for (Node node : list.getValue()) {
      if (!(node instanceof ScalarNode scalar)) {
        throw new MalformedFileException(
            String.format(
                Locale.ROOT,
                "Cannot read %s: item %d of %s is not a string",
                source,
                strings.size(),
                key));
      }
      strings.add(scalar.getValue());
    }
  }

  /** Builds from nodes; tags that ask for any other Java or Python object are refused. */
  private static final class PlainConstructor extends SafeConstructor {
    PlainConstructor(LoaderOptions options) {
      super(options);
      setAllowDuplicateKeys(options.isAllowDuplicateKeys());
    }

    Map<String, Object> construct(MappingNode node) {
      Map<String, Object> values = new LinkedHashMap<>();
      ((Map<?, ?>) constructDocument(node))
          .forEach((key, value) -> values.put(String.valueOf(key), value));
      return values;
    }
  }
}
