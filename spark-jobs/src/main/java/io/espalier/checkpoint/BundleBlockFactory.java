package io.espalier.checkpoint;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import io.espalier.files.MalformedFileException;
import io.espalier.nn.Precision;
import io.espalier.nn.PrecisionChoice;
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
   * Checks the bundle's files and reads its weights onto the model's device. The argument {@code
   * precision} says what its products compute in, as {@code espalier transcribe --precision} does;
   * float32 without it.
   *
   * @param directory of the bundle
   * @throws MalformedFileException if the bundle is damaged or incomplete
   */
  @Override
  public Block newBlock(Model model, Path directory, Map<String, ?> arguments) throws IOException {
    NDManager manager = model.getNDManager();
    Precision precision = choice(arguments).on(manager.getDevice());
    return new OwsmBlock(Bundle.open(directory).loadEither(manager, precision));
  }

  private static PrecisionChoice choice(Map<String, ?> arguments) {
    Object text = arguments == null ? null : arguments.get("precision");
    return text == null ? PrecisionChoice.FLOAT32 : PrecisionChoice.parse(text.toString());
  }
}
