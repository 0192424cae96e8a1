package io.espalier.checkpoint;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.espalier.nn.Precision;
import io.espalier.files.MalformedFileException;
import io.espalier.search.OwsmBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Opens a bundle for DJL's {@code Criteria}; the bundle's {@code serving.properties} names this
 * class. The block lives, with its weights and tokenizer, as long as DJL's model.
 */
public final class BundleBlockFactory implements BlockFactory {
  private static final long serialVersionUID = 1L;

  /**
   * Checks the bundle's files and reads its weights onto the model's device.
   *
   * @param directory of the bundle
   * @throws MalformedFileException if the bundle is damaged or incomplete
   */
  @Override
  public Block newBlock(Model model, Path directory, Map<String, ?> arguments) throws IOException {
    return new OwsmBlock(Bundle.open(directory).load(model.getNDManager(), Precision.FLOAT32));
  }
}
