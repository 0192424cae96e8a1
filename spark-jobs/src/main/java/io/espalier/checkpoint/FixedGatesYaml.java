package io.espalier.checkpoint;

import io.espalier.conf.Fields;
import io.espalier.files.MalformedFileException;
import io.espalier.files.YamlFile;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** {@code fixed-gates.yaml}: the modules that a bundle has, if it does not have all. */
final class FixedGatesYaml {
  static final String NAME = "fixed-gates.yaml";

  private static final String KEY = "gates";

  private FixedGatesYaml() {}

  static void write(Path directory, GateSet gates) throws IOException {
    YamlFile.write(directory.resolve(NAME), Map.of(KEY, gates.text()));
  }

  /**
   * Reads the modules of a model.
   *
   * @throws MalformedFileException if they are not those of a model of this shape
   */
  static GateSet read(Path directory, OwsmConfig config) throws IOException {
    Path file = directory.resolve(NAME);
    Fields fields = Fields.of("Cannot read " + file, YamlFile.read(file));
    String text = fields.string(KEY);
    GateSet gates = fields.make(null, () -> GateSet.parse(text).requireFits(config));
    fields.finish(MalformedFileException::new);
    return gates;
  }
}
