package io.espalier.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes {@code serving.properties}, with which DJL's {@code Criteria} and DJL Serving open a
 * bundle.
 */
final class ServingProperties {
  static final String NAME = "serving.properties";

  private ServingProperties() {}

  static void write(Path directory) throws IOException {
    String text =
        """
        engine=PyTorch
        blockFactory=%s
        translatorFactory=io.espalier.search.OwsmTranslatorFactory
        option.hasParameter=false
        """
            .formatted(BundleBlockFactory.class.getName());
    Files.writeString(directory.resolve(NAME), text, StandardCharsets.ISO_8859_1);
  }
}
