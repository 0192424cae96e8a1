package io.espalier.files;

import java.util.IdentityHashMap;
import java.util.Locale;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** How large a YAML document is once its aliases are unfolded, found out without unfolding it. */
final class YamlSize {
  /** A configuration with 50,000 tokens has about as many nodes. */
  private static final long MOST_NODES = 2_000_000;

  /** While a node's own size is not known yet. */
  private static final Long OPEN = -1L;

  private final String source;
  private final IdentityHashMap<Node, Long> sizes = new IdentityHashMap<>();

  private YamlSize(String source) {
    this.source = source;
  }

  /**
   * Refuses a document that nobody could walk through.
   *
   * @param source its name in messages
   * @throws MalformedFileException if it unfolds to more than two million nodes, holds itself, or
   *     has a key that is no scalar
   */
  static void require(String source, Node root) throws MalformedFileException {
    long size = new YamlSize(source).of(root);
    if (size > MOST_NODES) {
      throw new MalformedFileException(
          String.format(
              Locale.ROOT,
              "Cannot read %s: its aliases unfold to more than %d values. Write the values out",
              source,
              MOST_NODES));
    }
  }

  /** The parser limits the depth, and so that of this recursion. */
  private long of(Node node) throws MalformedFileException {
    Long known = sizes.get(node);
    if (known != null) {
      if (known.equals(OPEN)) {
        throw refused(node, "holds itself by an alias");
      }
      return known;
    }
    sizes.put(node, OPEN);
    long size = 1;
    if (node instanceof SequenceNode list) {
      for (Node item : list.getValue()) {
        size = plus(size, of(item));
      }
    } else if (node instanceof MappingNode map) {
      for (NodeTuple entry : map.getValue()) {
        if (!(entry.getKeyNode() instanceof ScalarNode)) {
          throw refused(entry.getKeyNode(), "is a key, but no text");
        }
        size = plus(size, of(entry.getValueNode()));
      }
    }
    sizes.put(node, size);
    return size;
  }

  private static long plus(long a, long b) {
    return Math.min(MOST_NODES + 1, a + b);
  }

  private MalformedFileException refused(Node node, String why) {
    return new MalformedFileException(
        String.format(
            Locale.ROOT,
            "Cannot read %s: the value at line %d %s. Write it out",
            source,
            node.getStartMark().getLine() + 1,
            why));
  }
}
