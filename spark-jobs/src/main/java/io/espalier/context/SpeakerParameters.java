package io.espalier.context;

import ai.djl.ndarray.types.Shape;
import io.espalier.features.MelSpectrogramConfig;
import io.espalier.features.SpeakerFeatures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Every parameter of an ECAPA-TDNN under ESPnet's name, with its shape. */
public final class SpeakerParameters {
  /** Constants that a checkpoint may lack, because they can be computed. A stored one wins. */
  public static final Set<String> OPTIONAL =
      Set.of(SpeakerFeatures.EMPHASIS, SpeakerFeatures.WINDOW, SpeakerFeatures.MEL_MATRIX);

  private static final int BLOCKS = 3;

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private SpeakerParameters() {}

  /** The parameters that inference needs, {@link #OPTIONAL} ones included. */
  public static Map<String, Shape> expected(SpeakerConfig config) {
    SpeakerParameters parameters = new SpeakerParameters();
    parameters.addAll(config);
    return parameters.shapes;
  }

  /** Whether a parameter only serves training: class centres, counters of batches. */
  public static boolean isTrainingOnly(String name) {
    return name.startsWith("loss.") || name.endsWith(".num_batches_tracked");
  }

  private void addAll(SpeakerConfig config) {
    MelSpectrogramConfig frontend = config.frontend();
    if (frontend.preemphasis()) {
      add(SpeakerFeatures.EMPHASIS, 1, 1, 2);
    }
    add(SpeakerFeatures.WINDOW, frontend.winLength());
    add(SpeakerFeatures.MEL_MATRIX, frontend.nFft() / 2 + 1, frontend.nMels());
    convolution("encoder.conv", frontend.nMels(), config.width(), 5);
    norm("encoder.bn", config.width());
    for (int i = 1; i <= BLOCKS; i++) {
      block("encoder.layer" + i, config);
    }
    long output = config.outputSize();
    convolution("encoder.layer4", (long) BLOCKS * config.width(), output, 1);
    convolution("pooling.attention.0", 3 * output, config.attentionSize(), 1);
    norm("pooling.attention.2", config.attentionSize());
    convolution("pooling.attention.3", config.attentionSize(), config.outputSize(), 1);
    norm("projector.bn", 2 * output);
    add("projector.fc.weight", config.embeddingSize(), 2 * output);
    add("projector.fc.bias", config.embeddingSize());
  }

  private void block(String name, SpeakerConfig config) {
    int inner = config.partWidth() * config.scale();
    convolution(name + ".conv1", config.width(), inner, 1);
    norm(name + ".bn1", inner);
    for (int part = 0; part < config.scale() - 1; part++) {
      convolution(name + ".convs." + part, config.partWidth(), config.partWidth(), 3);
      norm(name + ".bns." + part, config.partWidth());
    }
    convolution(name + ".conv3", inner, config.width(), 1);
    norm(name + ".bn3", config.width());
    convolution(name + ".se.se.1", config.width(), SpeakerConfig.GATE_SIZE, 1);
    norm(name + ".se.se.3", SpeakerConfig.GATE_SIZE);
    convolution(name + ".se.se.4", SpeakerConfig.GATE_SIZE, config.width(), 1);
  }

  private void convolution(String name, long in, long out, long kernel) {
    add(name + ".weight", out, in, kernel);
    add(name + ".bias", out);
  }

  private void norm(String name, long width) {
    for (String part : new String[] {"weight", "bias", "running_mean", "running_var"}) {
      add(name + "." + part, width);
    }
  }

  private void add(String name, long... sizes) {
    shapes.put(name, new Shape(sizes));
  }
}
