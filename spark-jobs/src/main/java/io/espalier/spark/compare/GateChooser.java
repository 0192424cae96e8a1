package io.espalier.spark.compare;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;

import io.espalier.conf.UsageException;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateSet;
import io.espalier.spark.compare.CompareRecipe.Choice;
import io.espalier.spark.compare.CompareRecipe.Variant;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.train.StaticChoice;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Chooses the gates of baselines, so that they spend what the variant spends that they are like.
 */
final class GateChooser {
  private final SparkSession spark;
  private final CompareRecipe recipe;
  private final CompareModels models;
  private final VariantRuns runs;

  /** Runs of the test set by the names of their variants. */
  private final Map<String, String> decoded = new HashMap<>();

  /** Runs of the utterances to choose on by the names of their variants. */
  private final Map<String, String> chosenOn = new HashMap<>();

  GateChooser(SparkSession spark, CompareRecipe recipe, CompareModels models, VariantRuns runs) {
    this.spark = spark;
    this.recipe = recipe;
    this.models = models;
    this.runs = runs;
  }

  CompareRecipe recipe() {
    return recipe;
  }

  /** Notes that the test set was decoded with a variant: others may be like it. */
  void decoded(Variant variant, String run) {
    decoded.put(variant.name(), run);
  }

  /** How a variant is pruned. */
  ChosenGates of(Variant variant) throws IOException {
    return switch (variant.gates()) {
      case "random" -> ChosenGates.of(asManyOpen(variant));
      case "top" -> fixed(staticGates(variant.model()).lowestLayers(likeGates(variant)));
      case "static" -> fixed(mostOftenOpen(variant.model(), variant.like()));
      case "static-by-language" -> byLanguage(variant);
      case "eliminated" -> fixed(eliminated(variant));
      case "frames-drop" -> frames("drop", variant);
      case "frames-merge" -> frames("merge", variant);
      case FixedModel.GATES ->
          fixed(new FixedModel(variant.model(), models.get(variant.model())).gates());
      default -> ChosenGates.of(variant.gates());
    };
  }

  /**
   * One set of modules for all utterances: those that a variant opens most often where static gates
   * are chosen, as many as cost the same.
   *
   * @param model that they are for
   */
  GateSet mostOftenOpen(String model, String like) throws IOException {
    return staticGates(model).mostOftenOpen(VariantRuns.gateSets(choiceRows(like)));
  }

  private ChosenGates frames(String how, Variant variant) throws IOException {
    Dataset<Row> rows = choiceRows(variant.like());
    Row means = rows.agg(avg("gflops.total"), avg("gflops.dense")).first();
    FrameShare share =
        new FrameShare(
            option -> {
              ChosenGates open = new ChosenGates("open", Map.of(FrameShare.OPTION, option));
              return runs.choiceRows(runs.transcribeChoice(variant, open))
                  .agg(avg("gflops.total"))
                  .first()
                  .getDouble(0);
            });
    String option =
        share.find(variant.name(), how, variant.layer(), means.getDouble(1), means.getDouble(0));
    return new ChosenGates("open", Map.of(FrameShare.OPTION, option));
  }

  private ChosenGates byLanguage(Variant variant) throws IOException {
    Map<String, Long> wanted = languages();
    Dataset<Row> rows = choiceRows(variant.like());
    StaticGates chosen = staticGates(variant.model());
    SortedMap<String, GateSet> gates = new TreeMap<>();
    for (Row row : rows.select("language").distinct().collectAsList()) {
      String language = row.getString(0);
      gates.put(
          language,
          chosen.mostOftenOpen(
              VariantRuns.gateSets(rows.where(col("language").equalTo(language)))));
    }
    List<String> lacking =
        wanted.keySet().stream().filter(name -> !gates.containsKey(name)).sorted().toList();
    if (!lacking.isEmpty()) {
      throw new UsageException(
          ("Cannot choose gates by language for variant %s: the utterances of %s that they are"
                  + " chosen on have none of %s")
              .formatted(
                  variant.name(),
                  recipe.choice().orElseThrow().manifest(),
                  String.join(", ", lacking)));
    }
    return ChosenGates.of(new GateChoice.ByLanguage(gates).text());
  }

  /**
   * Languages of the test set.
   *
   * @throws UsageException if a row names none
   */
  private Map<String, Long> languages() {
    Map<String, Long> counts = new HashMap<>();
    Dataset<Row> rows = Manifest.open(spark, recipe.manifest(), runs.limit()).rows();
    for (Row row : rows.groupBy("language").count().collectAsList()) {
      if (row.isNullAt(0)) {
        throw new UsageException(
            String.format(
                Locale.ROOT,
                "Cannot choose gates by language: %d rows of %s name no language. Add the column"
                    + " language",
                row.getLong(1),
                recipe.manifest()));
      }
      counts.put(row.getString(0), row.getLong(1));
    }
    return counts;
  }

  private String asManyOpen(Variant variant) {
    Row open =
        runs.rows(decoded.get(variant.like()))
            .selectExpr("avg(gates.open_encoder)", "coalesce(avg(gates.open_decoder), 0.0)")
            .first();
    return String.format(Locale.ROOT, "random:%.4f/%.4f:1", open.getDouble(0), open.getDouble(1));
  }

  private GateSet eliminated(Variant variant) throws IOException {
    Choice choice = recipe.choice().orElseThrow();
    double[] closed = staticGates(variant.model()).closed(likeGates(variant));
    runs.say(
        String.format(
            Locale.ROOT,
            "Closing modules of %s by its loss on %d utterances of %s",
            variant.model(),
            choice.utterances(),
            choice.manifest()));
    return new StaticChoice(spark, choice.manifest(), choice.utterances(), runs.audio())
        .of(models.open(variant.model()), closed[0], closed[1]);
  }

  /** Gates of the variant that this one is like, on the test set. */
  private List<GateSet> likeGates(Variant variant) {
    return VariantRuns.gateSets(runs.rows(decoded.get(variant.like())));
  }

  /** What a variant makes of the utterances to choose on. */
  private Dataset<Row> choiceRows(String variant) throws IOException {
    String run = chosenOn.get(variant);
    if (run == null) {
      run = runs.transcribeChoice(recipe.variant(variant), ChosenGates.of("learned"));
      chosenOn.put(variant, run);
    }
    return runs.choiceRows(run);
  }

  private static ChosenGates fixed(GateSet gates) {
    return ChosenGates.of(new GateChoice.Fixed(gates).text());
  }

  private StaticGates staticGates(String model) throws IOException {
    return new StaticGates(models.open(model).config());
  }
}
