package io.espalier.spark.compare;

import static org.apache.spark.sql.functions.col;

import io.espalier.spark.compare.CompareRecipe.Variant;
import io.espalier.spark.score.Score;
import io.espalier.spark.score.ScoreOptions;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.table.TableChecks;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.transcribe.TranscriptSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Decodes one test set with every variant of a recipe and compares quality and cost. Existing
 * bundles, contexts and transcripts are reused.
 */
public final class Compare {
  /** Columns of every manifest that gates may follow. */
  private static final List<String> CONTEXTS = List.of("language", "task", "speaker_id");

  private final SparkSession spark;
  private final CompareRecipe recipe;
  private final VariantRuns.Names names;
  private final PrintWriter out;

  /**
   * @param tables what the names of all tables that are written begin with
   * @param limit utterances of the test set to take; 0 takes as many as the recipe says
   * @param out receives progress
   */
  public Compare(
      SparkSession spark, CompareRecipe recipe, String tables, int limit, PrintWriter out) {
    this.spark = spark;
    this.recipe = recipe;
    List<String> keep =
        contexts(recipe)
            .filter(name -> !TranscriptSchema.columnNames().contains(name))
            .distinct()
            .toList();
    this.names = new VariantRuns.Names(tables, keep, limit);
    this.out = out;
  }

  private static Stream<String> contexts(CompareRecipe recipe) {
    return Stream.concat(CONTEXTS.stream(), recipe.by().stream());
  }

  /** Decodes and scores all variants. */
  public CompareTable run() throws IOException, InterruptedException {
    TableChecks.requireWritable(spark, TableRef.of(spark, names.table("compare")));
    CompareModels models = new CompareModels(recipe.models());
    CompareNeeds needs = new CompareNeeds(spark, recipe, models);
    needs.require();
    VariantRuns runs = new VariantRuns(spark, recipe, models, names, out);
    needs.trainings().ifPresent(runs::say);
    GateChooser chooser = new GateChooser(spark, recipe, models, runs);
    new ModelTraining(spark, models, runs, chooser, out).run();
    runs.contexts();
    List<DecodedVariant> decoded = new ArrayList<>();
    for (Variant variant : recipe.rows()) {
      ChosenGates chosen = chooser.of(variant);
      String run = runs.transcribe(variant, chosen);
      chooser.decoded(variant, run);
      decoded.add(new DecodedVariant(variant, chosen, run));
    }
    Map<String, VariantTimes> times = times(models, runs, decoded);
    runs.say("Scoring");
    CompareTable table =
        new CompareTable(
            CompareRows.of(decoded, scores(decoded), times, modules(runs, decoded)), recipe.by());
    table.write(spark, names.table("compare"));
    return table;
  }

  private Map<String, VariantTimes> times(
      CompareModels models, VariantRuns runs, List<DecodedVariant> decoded)
      throws IOException, InterruptedException {
    if (recipe.timing().isEmpty()) {
      return Map.of();
    }
    Map<Variant, ChosenGates> variants = new LinkedHashMap<>();
    decoded.forEach(own -> variants.put(own.variant(), own.chosen()));
    try (CompareTiming timing = new CompareTiming(models, runs, recipe.timing().get())) {
      return timing.measure(spark, recipe, variants);
    }
  }

  private Map<String, List<Map<String, Object>>> modules(
      VariantRuns runs, List<DecodedVariant> decoded) {
    List<String> contexts = contexts(recipe).distinct().toList();
    Map<String, List<Map<String, Object>>> modules = new HashMap<>();
    for (DecodedVariant own : decoded) {
      if (own.variant().isLearned()) {
        modules.put(own.name(), GateAnalysis.of(runs.rows(own.run()), contexts));
      }
    }
    return modules;
  }

  private CompareScores scores(List<DecodedVariant> decoded) {
    Map<String, String> options = new HashMap<>();
    options.put("table", names.table("transcripts"));
    options.put(
        "runs",
        decoded.stream().map(DecodedVariant::run).distinct().collect(Collectors.joining(",")));
    options.put("scores", names.table("scores"));
    options.put("score-groups", names.table("score_groups"));
    options.put("score-comparisons", names.table("score_comparisons"));
    Score score = new Score(spark, ScoreOptions.of(SessionConf.of(spark, options)));
    score.run(pairs(decoded));
    return new CompareScores(
        totals(TableKind.SCORE_GROUPS, "score_groups"),
        totals(TableKind.SCORE_COMPARISONS, "score_comparisons"),
        recipe.by().isEmpty() ? Map.of() : score.groups(recipe.by()));
  }

  /** Every run beside that of the first variant, and baselines beside what they are like. */
  private static Set<Score.Pair> pairs(List<DecodedVariant> decoded) {
    Map<String, String> runs =
        decoded.stream().collect(Collectors.toMap(DecodedVariant::name, DecodedVariant::run));
    Set<Score.Pair> pairs = new LinkedHashSet<>();
    for (DecodedVariant own : decoded) {
      pairs.add(new Score.Pair(decoded.get(0).run(), own.run()));
      if (!own.variant().like().isEmpty()) {
        pairs.add(new Score.Pair(runs.get(own.variant().like()), own.run()));
      }
    }
    pairs.removeIf(pair -> pair.runA().equals(pair.runB()));
    return pairs;
  }

  private List<Row> totals(TableKind kind, String table) {
    return kind.read(spark, names.table(table))
        .where(col("grouping").equalTo("all"))
        .collectAsList();
  }
}
