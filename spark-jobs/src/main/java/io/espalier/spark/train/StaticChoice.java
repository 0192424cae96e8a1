package io.espalier.spark.train;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.checkpoint.Bundle;
import io.espalier.files.Directories;
import io.espalier.libtorch.Libtorch;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateSet;
import io.espalier.spark.task.AudioRules;
import io.espalier.training.ModuleElimination;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.data.FrameSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/** Chooses the modules to close for all inputs, by the model's loss on some utterances. */
public final class StaticChoice {
  private final SparkSession spark;
  private final String manifest;
  private final int utterances;
  private final AudioRules audio;

  /**
   * @param manifest utterances with references
   * @param utterances how many of them to look at
   * @param audio which audio may be read
   */
  public StaticChoice(SparkSession spark, String manifest, int utterances, AudioRules audio) {
    this.spark = spark;
    this.manifest = manifest;
    this.utterances = utterances;
    this.audio = audio;
  }

  /**
   * Closes modules of a model, see {@link ModuleElimination}.
   *
   * @param encoder share of the FLOPs of the encoder's modules to close
   * @param decoder share of the FLOPs of the decoder's modules to close
   * @return the modules that stay
   */
  public GateSet of(Bundle bundle, double encoder, double decoder) throws IOException {
    OwsmConfig config = bundle.config();
    Libtorch.start();
    Path work = Directories.temporary("espalier-choice");
    try {
      Path features = Files.createDirectory(work.resolve("features"));
      new FeatureJob(spark, Set.of(Example.REFERENCE, Example.TRANSCRIPT), audio)
          .extractSome(
              manifest,
              utterances,
              features,
              new FrameSource.Owsm(config.frontend().settings()),
              config.windowSamples());
      JniUtils.setNumThreads(Runtime.getRuntime().availableProcessors());
      try (FeatureStore store = FeatureStore.open(features, config.frontend().nMels());
          ModuleElimination elimination = new ModuleElimination(bundle, store, Device.cpu())) {
        return elimination.close(encoder, decoder);
      }
    } finally {
      Directories.deleteRecursively(work);
    }
  }
}
