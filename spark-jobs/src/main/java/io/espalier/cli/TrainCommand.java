package io.espalier.cli;

import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.ContextBundle;
import io.espalier.conf.ConfKey;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.task.AudioKeys;
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.train.Train;
import io.espalier.spark.train.TrainEncoder;
import io.espalier.training.encoder.EncoderRecipe;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a model and writes its bundle. */
@Command(
    name = "train",
    description =
        "Trains an OWSM from scratch, fine-tunes a bundle or trains a context encoder, as a recipe"
            + " says. A second call with the same output directory resumes a stopped or killed run,"
            + " with the same result bit for bit. At the end, the directory has a bundle with the"
            + " average of the best parameters.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer>, KeyedCommand {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Option(
      names = "--recipe",
      required = true,
      paramLabel = "FILE",
      description = "Recipe: what to train, and how, such as conf/recipes/demo.yaml.")
  private Path recipe;

  @Option(
      names = "--train",
      required = true,
      paramLabel = "MANIFEST",
      description = "Manifest to train on, with languages and references.")
  private String train;

  @Option(
      names = "--valid",
      required = true,
      paramLabel = "MANIFEST",
      description = "Manifest to choose the best parameters on. The model is not trained on it.")
  private String valid;

  @Option(
      names = "--train-contexts",
      paramLabel = "TABLE",
      description =
          "Contexts of the training manifest, written by espalier context, for gates that use"
              + " embeddings.")
  private String trainContexts;

  @Option(
      names = "--valid-contexts",
      paramLabel = "TABLE",
      description = "Contexts of the validation manifest, written by espalier context.")
  private String validContexts;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description =
          "Local directory of the run: features, checkpoints, metrics.jsonl and the bundle. On a"
              + " cluster, all machines must be able to access it under this path.")
  private Path output;

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description = "Local bundle to fine-tune, for recipes without a model of their own.")
  private Path bundle;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Number of steps after which the run ends, instead of the recipe's number.")
  private Long maxSteps;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "cpu|cuda|cuda:N",
      description = "Device to train on. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads on the CPU. Default: one per processor.")
  private Integer threads;

  @Override
  public List<ConfKey<?>> keys() {
    return AudioKeys.KEYS;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    OutputFile.requireReachable(output);
    int threadCount = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (EncoderRecipe.isOne(recipe)) {
      return trainEncoder(threadCount);
    }
    TrainRecipe read = TrainRecipe.read(recipe);
    SparkSession spark = options.session("train");
    Train.Request request =
        new Train.Request(
            train,
            valid,
            Optional.ofNullable(trainContexts),
            Optional.ofNullable(validContexts),
            Optional.ofNullable(bundle),
            output,
            audio(spark),
            device,
            threadCount);
    Bundle result =
        new Train(
                spark,
                maxSteps == null ? read : read.until(maxSteps),
                request,
                spec.commandLine().getOut())
            .run();
    spec.commandLine().getOut().println("Wrote " + result.directory());
    return ExitCode.DONE;
  }

  private int trainEncoder(int threadCount) throws IOException {
    EncoderRecipe read = EncoderRecipe.read(recipe);
    SparkSession spark = options.session("train");
    ContextBundle result =
        new TrainEncoder(
                spark,
                maxSteps == null ? read : read.until(maxSteps),
                audio(spark),
                device,
                spec.commandLine().getOut())
            .run(train, valid, output, threadCount);
    spec.commandLine().getOut().println("Wrote " + result.directory());
    return ExitCode.DONE;
  }

  private AudioRules audio(SparkSession spark) {
    return AudioRules.of(SessionConf.of(spark, KeyOptions.given(spec, keys())));
  }
}
