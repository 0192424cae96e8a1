package io.espalier.spark.compare;

import ai.djl.Device;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.nn.Precision;
import io.espalier.search.LoadedOwsm;
import io.espalier.search.Utterance;
import io.espalier.spark.compare.CompareRecipe.Timing;
import io.espalier.spark.compare.CompareRecipe.Variant;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.train.SpokenSample;
import io.espalier.spark.transcribe.TranscribeKeys;
import io.espalier.spark.transcribe.TranscribeOptions;
import io.espalier.training.data.Spoken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Measures what variants take, in turns in this process: all decode the same utterances, which are
 * in memory already, with batches as {@code transcribe} makes them.
 */
final class CompareTiming implements AutoCloseable {
  private final CompareModels models;
  private final VariantRuns runs;
  private final Timing timing;
  private final Map<String, LoadedOwsm> loaded = new HashMap<>();

  CompareTiming(CompareModels models, VariantRuns runs, Timing timing) {
    this.models = models;
    this.runs = runs;
    this.timing = timing;
  }

  /**
   * Measures.
   *
   * @param variants how each is pruned
   * @return times by the names of the variants
   * @throws UsageException if there is nothing to decode
   */
  Map<String, VariantTimes> measure(
      SparkSession spark, CompareRecipe recipe, Map<Variant, ChosenGates> variants)
      throws IOException, InterruptedException {
    Optional<String> contexts = recipe.contexts().map(model -> runs.names().table("contexts"));
    List<Spoken> sample =
        new SpokenSample(spark, runs.audio())
            .of(recipe.manifest(), contexts, runs.limit(), timing.utterances());
    if (sample.isEmpty()) {
      throw new UsageException(
          "Cannot measure time: %s has no utterances".formatted(recipe.manifest()));
    }
    runs.say(
        String.format(
            Locale.ROOT,
            "Measuring the time of %d variants on %d utterances, best of %d rounds, %d threads",
            variants.size(),
            sample.size(),
            timing.rounds(),
            timing.threads()));
    Map<String, TimedVariant> contestants = new LinkedHashMap<>();
    for (Map.Entry<Variant, ChosenGates> entry : variants.entrySet()) {
      contestants.put(entry.getKey().name(), contestant(entry.getKey(), entry.getValue(), sample));
    }
    contestants.values().forEach(TimedVariant::warmUp);
    for (int round = 0; round < timing.rounds(); round++) {
      contestants.values().forEach(TimedVariant::turn);
    }
    Map<String, VariantTimes> times = new LinkedHashMap<>();
    contestants.forEach((name, contestant) -> times.put(name, contestant.best()));
    requireSameWork(times);
    return times;
  }

  /** A variant that refuses utterances would look fast. */
  private static void requireSameWork(Map<String, VariantTimes> times) {
    Map.Entry<String, VariantTimes> first = times.entrySet().iterator().next();
    times.forEach(
        (name, own) -> {
          if (own.utterances() != first.getValue().utterances()) {
            throw new UsageException(
                String.format(
                    Locale.ROOT,
                    "Cannot measure time: variant %s transcribes %d of the timed utterances, %s"
                        + " transcribes %d. Give both what they need, such as the language of"
                        + " each row",
                    name,
                    own.utterances(),
                    first.getKey(),
                    first.getValue().utterances()));
          }
        });
  }

  private TimedVariant contestant(Variant variant, ChosenGates chosen, List<Spoken> sample)
      throws IOException {
    EspalierConf conf = runs.decoding(variant, chosen);
    String asked = conf.get(TranscribeKeys.DEVICE);
    String name = asked.equals("cuda") ? "cuda:0" : asked.equals("auto") ? "cpu" : asked;
    TaskDevice device = new TaskDevice(name, timing.threads());
    device.prepareThread();
    Precision precision = conf.get(TranscribeKeys.PRECISION).on(device.djl());
    String identity = variant.model() + " " + name + " " + precision;
    LoadedOwsm model = loaded.get(identity);
    if (model == null) {
      model = load(variant.model(), device.djl(), precision);
      loaded.put(identity, model);
    }
    return new TimedVariant(
        model, TranscribeOptions.decoding(conf), utterances(sample, conf.get(StageKeys.LANGUAGE)));
  }

  private LoadedOwsm load(String model, Device device, Precision precision) throws IOException {
    return models.open(model).load(device, precision);
  }

  private static List<Utterance> utterances(List<Spoken> sample, String language) {
    List<Utterance> utterances = new ArrayList<>();
    for (Spoken spoken : sample) {
      Utterance own = spoken.utterance();
      boolean named = own.language() != null || language.equals("auto");
      utterances.add(
          named
              ? own
              : new Utterance(
                  own.id(), own.samples(), language, own.task(), own.textPrev(), own.context()));
    }
    return utterances;
  }

  @Override
  public void close() {
    loaded.values().forEach(LoadedOwsm::close);
  }
}
