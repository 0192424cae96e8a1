package io.espalier.spark.context;

import io.espalier.conf.ConfKey;
import io.espalier.context.ContextOptions;
import io.espalier.spark.cluster.ClusterMethod;
import io.espalier.spark.manifest.LanguageCodes;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.task.AudioKeys;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskKeys;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The configuration keys of {@code espalier context} that no other stage has. */
public final class ContextKeys {
  /** Of an uncertain language: its row fails. */
  static final String FAIL = "fail";

  /** Names the table to write. */
  public static final ConfKey<String> CONTEXTS =
      ConfKey.text("contexts", "contexts", "Table or Parquet path to write the contexts to.");

  /** Device for contexts. */
  public static final ConfKey<String> CONTEXT_DEVICE =
      ConfKey.text(
          "context-device",
          "cpu",
          "DEVICE",
          "Device for contexts: cpu, or gpu for the GPU that Spark assigned to the task; cuda or"
              + " cuda:N select one.",
          ContextKeys::device);

  /** Windows of the speaker encoder. */
  public static final ConfKey<Double> SPEAKER_WINDOW_S =
      ConfKey.decimal(
          "speaker-window-s",
          ContextOptions.DEFAULTS.speakerWindowS(),
          1.0,
          3600.0,
          "Longest audio for the speaker encoder, in seconds. Longer recordings are cut into equal"
              + " parts, and their vectors are averaged.");

  /** Windows of the event encoder. */
  public static final ConfKey<Double> EVENT_WINDOW_S =
      ConfKey.decimal(
          "event-window-s",
          ContextOptions.DEFAULTS.eventWindowS(),
          1.0,
          120.0,
          "Longest audio for the event encoder, in seconds. Longer recordings are cut into equal"
              + " parts, and their vectors are averaged. Memory grows with the square of this"
              + " value.");

  /** Size of a batch. */
  public static final ConfKey<Double> CONTEXT_BATCH_SECONDS =
      ConfKey.decimal(
          "context-batch-seconds",
          ContextOptions.DEFAULTS.batchSeconds(),
          1.0,
          Double.MAX_VALUE,
          "Seconds of padded audio that a context encoder computes together.");

  /** Certainty of identified languages. */
  public static final ConfKey<Double> MIN_LANGUAGE_PROBABILITY =
      ConfKey.decimal(
          "min-language-probability",
          ContextOptions.DEFAULTS.minLanguageProbability(),
          0.0,
          1.0,
          "Minimum probability of an identified language.");

  /** Treatment of uncertain languages. */
  public static final ConfKey<String> UNCERTAIN_LANGUAGE =
      ConfKey.text(
          "uncertain-language",
          FAIL,
          "LANGUAGE",
          "What to do with a row whose language is less probable: fail, or the language to use"
              + " instead.",
          ContextKeys::uncertain);

  /** Algorithm. */
  public static final ConfKey<ClusterMethod> CLUSTERING =
      ConfKey.choice(
          "clustering",
          ClusterMethod.KMEANS,
          "Method of clustering speakers, by cosine distance: kmeans, bisecting-kmeans or none.");

  /** Number of clusters. */
  public static final ConfKey<Integer> CLUSTERS =
      ConfKey.integer(
          "clusters",
          0,
          0,
          100_000,
          "Number of speaker clusters; 0 chooses the number on which random halves of the"
              + " recordings agree.");

  /** Fewest clusters to choose from. */
  public static final ConfKey<Integer> MIN_CLUSTERS =
      ConfKey.integer(
          "min-clusters", 1, 1, 100_000, "Smallest number of speaker clusters to choose from.");

  /** Most clusters to choose from. */
  public static final ConfKey<Integer> MAX_CLUSTERS =
      ConfKey.integer(
          "max-clusters", 64, 1, 100_000, "Largest number of speaker clusters to choose from.");

  /** Saved clustering. */
  public static final ConfKey<Optional<String>> CLUSTER_MODEL =
      ConfKey.optionalText(
          "cluster-model",
          "Directory of a clustering, on any Hadoop file system. An existing one is applied, so"
              + " cluster numbers stay the same; otherwise a new one is saved there.");

  /** Random state. */
  public static final ConfKey<Integer> CLUSTER_SEED =
      ConfKey.integer(
          "cluster-seed", 1, 0, Integer.MAX_VALUE, "Seed of the random halves and starts.");

  /** Clustering again. */
  public static final ConfKey<Boolean> RECLUSTER =
      ConfKey.flag("recluster", false, "Clusters speakers again even if the run has no new rows.");

  /** All that the command reads, in the order of the help page. */
  public static final List<ConfKey<?>> KEYS =
      Stream.of(
              List.<ConfKey<?>>of(
                  StageKeys.MANIFEST,
                  CONTEXTS,
                  StageKeys.BUNDLE,
                  StageKeys.RUN_ID,
                  StageKeys.LANGUAGE,
                  MIN_LANGUAGE_PROBABILITY,
                  UNCERTAIN_LANGUAGE,
                  StageKeys.LIMIT,
                  SPEAKER_WINDOW_S,
                  EVENT_WINDOW_S,
                  CONTEXT_BATCH_SECONDS,
                  CLUSTERING,
                  CLUSTERS,
                  MIN_CLUSTERS,
                  MAX_CLUSTERS,
                  CLUSTER_MODEL,
                  CLUSTER_SEED,
                  RECLUSTER),
              StageKeys.WORK,
              List.<ConfKey<?>>of(CONTEXT_DEVICE, StageKeys.PARTITIONS),
              TaskKeys.KEYS,
              AudioKeys.KEYS)
          .flatMap(List::stream)
          .toList();

  private ContextKeys() {}

  private static String device(String text) {
    String device = text.strip().toLowerCase(Locale.ROOT);
    return device.equals(TaskDevice.ASSIGNED) ? device : TaskDevice.checked(device);
  }

  private static String uncertain(String text) {
    if (text.isBlank() || text.equalsIgnoreCase(FAIL)) {
      return FAIL;
    }
    return LanguageCodes.required(text, "--uncertain-language");
  }
}
