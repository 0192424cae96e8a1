package io.espalier.training;

import io.espalier.owsm.OwsmConfig;
import io.espalier.training.data.Batch;
import io.espalier.training.objective.ObjectiveSettings;
import io.espalier.training.objective.ObjectiveSettings.Distillation;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** An OWSM-CTC of a few thousand parameters, and a batch of noise for it. */
public final class TinyCtc {
  public static final int ROWS = 3;

  /** Feature frames of a row. */
  public static final int FRAMES = 150;

  public static final int MELS = 20;

  /** Share of the intermediate losses. */
  public static final double WEIGHT = 0.6;

  /** Ids of the tokens. */
  public static final int NA = 2;

  public static final int ENG = 4;
  public static final int DEU = 5;
  public static final int NO_LANGUAGE = 6;
  public static final int ASR = 7;
  public static final int ST = 8;

  public static final OwsmConfig CONFIG = config();

  private TinyCtc() {}

  private static OwsmConfig config() {
    List<String> tokens =
        new ArrayList<>(
            List.of("<blank>", "<unk>", "<na>", "<nospeech>", "<eng>", "<deu>", "<nolang>"));
    tokens.addAll(List.of("<asr>", "<st_eng>"));
    while (tokens.size() < TinyModel.VOCABULARY - 3) {
      tokens.add("t" + tokens.size());
    }
    tokens.addAll(List.of("<sos>", "<eos>", "<sop>"));
    return new OwsmConfig(
        new OwsmConfig.Frontend(16000, 512, 400, 160, MELS, 0, 8000, false),
        new OwsmConfig.Encoder(OwsmConfig.InputLayer.CONV2D8, 16, 2, 24, 32, 5, 3, false, false, 3),
        OwsmConfig.Decoder.NONE,
        Optional.of(
            new OwsmConfig.CtcOnly(
                8,
                2,
                12,
                2,
                List.of(0, 2),
                List.of(0, 1),
                new OwsmConfig.CtcTraining(List.of(0, 1), WEIGHT, List.of(true, false, false)))),
        tokens,
        true,
        2,
        0.02);
  }

  /** OWSM's objective without dropout. */
  public static ObjectiveSettings settings(double distillation) {
    return ObjectiveSettings.ctc(
        WEIGHT, 0, 0, new Distillation(distillation, Long.MAX_VALUE), Precision.FLOAT32);
  }

  /** Normalised features of all rows. */
  public static float[] features() {
    Random random = new Random(5);
    float[] features = new float[ROWS * FRAMES * MELS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    return features;
  }

  /** Languages and tasks; the second row's language is open. */
  public static long[] prefix() {
    return new long[] {ENG, ASR, NO_LANGUAGE, ST, DEU, ST};
  }

  /** Texts before, of one to three tokens. */
  public static long[] previous() {
    return new long[] {NA, -1, -1, 9, 10, -1, 11, 12, 13};
  }

  /** Three utterances; the second has no transcript, targets are of different lengths. */
  public static Batch batch() {
    long[] targets = {ENG, ASR, 9, 9, DEU, ST, 12, -1, DEU, ST, 14, 15};
    long[] transcripts = {ENG, ASR, 9, 9, 1, 1, 1, 1, DEU, ST, 16, 1};
    long[] lengths = {4, -1, 3};
    return new Batch(
        ROWS, features(), MELS, prefix(), targets, transcripts, lengths, previous(), null);
  }
}
