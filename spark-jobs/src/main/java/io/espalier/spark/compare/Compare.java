package io.espalier.spark.compare;

import static org.apache.spark.sql.functions.col;

import io.espalier.checkpoint.Bundle;
import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.OpenModules;
import io.espalier.spark.bundle.OwsmOpener;
import io.espalier.spark.compare.CompareRecipe.Model;
import io.espalier.spark.compare.CompareRecipe.Training;
import io.espalier.spark.compare.CompareRecipe.Variant;
import io.espalier.spark.context.BundleContexts;
import io.espalier.spark.context.ContextJobOptions;
import io.espalier.spark.context.ContextStage;
import io.espalier.spark.score.Score;
import io.espalier.spark.score.ScoreOptions;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.TableChecks;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.task.AudioKeys;
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.train.StaticChoice;
import io.espalier.spark.train.Train;
import io.espalier.spark.transcribe.BundleTranscribers;
import io.espalier.spark.transcribe.Transcribe;
import io.espalier.spark.transcribe.TranscribeOptions;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Decodes one test set with every variant of a recipe and compares quality and cost. Existing
 * bundles, contexts and transcripts are reused.
 */
public final class Compare {
  private final SparkSession spark;
  private final CompareRecipe recipe;
  private final String tables;
  private final PrintWriter out;
  private final Map<String, String> runs = new LinkedHashMap<>();

  /**
   * @param tables what the names of all tables that are written begin with
   * @param out receives progress
   */
  public Compare(SparkSession spark, CompareRecipe recipe, String tables, PrintWriter out) {
    this.spark = spark;
    this.recipe = recipe;
    this.tables = tables;
    this.out = out;
  }

  /** Decodes and scores all variants. */
  public CompareTable run() throws IOException, InterruptedException {
    TableChecks.requireWritable(spark, TableRef.of(spark, table("compare")));
    for (Map.Entry<String, Model> model : recipe.models().entrySet()) {
      require(model.getKey(), model.getValue());
    }
    if (recipe.contexts().isPresent()) {
      contexts(recipe.manifest(), table("contexts"), 0);
    }
    List<Variant> all = new ArrayList<>(recipe.variants());
    recipe
        .curve()
        .ifPresent(
            curve ->
                curve
                    .targets()
                    .forEach(
                        target ->
                            all.add(
                                new Variant(
                                    String.format(Locale.ROOT, "target %.2f", target),
                                    curve.model(),
                                    "learned",
                                    curve.context(),
                                    Optional.of(target),
                                    "",
                                    Map.of()))));
    Map<String, String> gates = new HashMap<>();
    for (Variant variant : all) {
      String how = gates(variant);
      gates.put(variant.name(), how);
      runs.put(variant.name(), transcribe(variant, how, recipe.manifest(), "contexts", 0));
    }
    out.println("Scoring");
    out.flush();
    new Score(spark, scoreOptions()).run(pairs(all));
    CompareTable.Scores scores =
        new CompareTable.Scores(
            totals(TableKind.SCORE_GROUPS, "score_groups"),
            totals(TableKind.SCORE_COMPARISONS, "score_comparisons"));
    return CompareTable.write(spark, scores, all, runs, gates, table("compare"));
  }

  private String table(String name) {
    return tables + "_" + name;
  }

  /** Trains a model whose bundle does not exist. */
  private void require(String name, Model model) throws IOException, InterruptedException {
    if (Files.exists(Path.of(model.bundle()))) {
      return;
    }
    Training training =
        model
            .training()
            .orElseThrow(
                () ->
                    new UsageException(
                        ("Cannot compare: bundle %s of model %s does not exist, and there is no"
                                    + " recipe to train")
                                .formatted(model.bundle(), name)
                            + " it with"));
    out.println("Training model " + name + " with " + training.recipe());
    out.flush();
    Path bundle = Path.of(model.bundle()).toAbsolutePath();
    if (!bundle.endsWith("bundle")) {
      throw new UsageException(
          ("Cannot train model %s: its bundle is %s, must be the directory named"
                  + " bundle of a run")
              .formatted(name, model.bundle()));
    }
    Train.Request request =
        new Train.Request(
            training.train(),
            training.valid(),
            training.trainContexts(),
            training.validContexts(),
            Optional.of(Path.of(training.start())),
            bundle.getParent(),
            AudioRules.of(SessionConf.of(spark, audioOptions())),
            "cpu",
            Runtime.getRuntime().availableProcessors());
    new Train(spark, TrainRecipe.read(training.recipe()), request, out).run();
  }

  private void contexts(String manifest, String table, int limit) {
    Map<String, String> options = audioOptions();
    options.put("manifest", manifest);
    options.put("bundle", bundle(recipe.contexts().orElseThrow()));
    options.put("contexts", table);
    options.put("limit", String.valueOf(limit));
    EspalierConf conf = SessionConf.of(spark, options);
    ContextJobOptions job = ContextJobOptions.of(conf);
    out.println("Computing contexts of " + manifest);
    out.flush();
    new ContextStage(spark, job, BundleContexts.of(spark, conf, job), StageProgress.on(out)).run();
  }

  /** The recipe's own audio rules; the session's rules apply for the others. */
  private Map<String, String> audioOptions() {
    Map<String, String> options = new HashMap<>(recipe.options());
    options
        .keySet()
        .retainAll(AudioKeys.KEYS.stream().map(ConfKey::name).collect(Collectors.toSet()));
    return options;
  }

  private String bundle(String model) {
    return Storage.uri(Path.of(recipe.models().get(model).bundle()));
  }

  /** The option {@code --gates} of a variant. */
  private String gates(Variant variant) throws IOException {
    return switch (variant.gates()) {
      case "random" -> asManyOpen(variant);
      case "top" -> fixed(staticGates(variant).lowestLayers(likeGates(variant)));
      case "static" -> fixed(staticGates(variant).mostOftenOpen(choiceGates(variant)));
      case "eliminated" -> fixed(eliminated(variant));
      default -> variant.gates();
    };
  }

  private String asManyOpen(Variant variant) {
    Row open =
        rows(runs.get(variant.like()), "transcripts")
            .selectExpr("avg(gates.open_encoder)", "coalesce(avg(gates.open_decoder), 0.0)")
            .first();
    return String.format(Locale.ROOT, "random:%.4f/%.4f:1", open.getDouble(0), open.getDouble(1));
  }

  private GateSet eliminated(Variant variant) throws IOException {
    CompareRecipe.Choice choice = recipe.choice().orElseThrow();
    double[] closed = staticGates(variant).closed(likeGates(variant));
    out.printf(
        Locale.ROOT,
        "Closing modules of %s by its loss on %d utterances of %s%n",
        variant.model(),
        choice.utterances(),
        choice.manifest());
    out.flush();
    return new StaticChoice(
            spark,
            choice.manifest(),
            choice.utterances(),
            AudioRules.of(SessionConf.of(spark, audioOptions())))
        .of(open(variant.model()), closed[0], closed[1]);
  }

  /** Gates of the variant that this one is like, on the test set. */
  private List<GateSet> likeGates(Variant variant) {
    return gateSets(runs.get(variant.like()), "transcripts");
  }

  /** Gates of the variant that this one is like, on the utterances to choose by. */
  private List<GateSet> choiceGates(Variant variant) {
    CompareRecipe.Choice choice = recipe.choice().orElseThrow();
    if (recipe.contexts().isPresent()) {
      contexts(choice.manifest(), table("choice_contexts"), choice.utterances());
    }
    Variant like = recipe.variant(variant.like());
    String run =
        transcribe(like, "learned", choice.manifest(), "choice_contexts", choice.utterances());
    return gateSets(run, "choice_transcripts");
  }

  private static String fixed(GateSet gates) {
    return new GateChoice.Fixed(gates).text();
  }

  private StaticGates staticGates(Variant variant) throws IOException {
    return new StaticGates(open(variant.model()).config());
  }

  private Bundle open(String model) throws IOException {
    return Bundle.open(Path.of(recipe.models().get(model).bundle()));
  }

  private Dataset<Row> rows(String run, String table) {
    return TableKind.TRANSCRIPTS
        .read(spark, table(table))
        .where(col("run_id").equalTo(run).and(col("status").equalTo("ok")));
  }

  private List<GateSet> gateSets(String run, String table) {
    return rows(run, table)
        .select(col("gates.encoder"), col("gates.decoder"))
        .collectAsList()
        .stream()
        .map(
            row ->
                new GateSet(new OpenModules(row.getString(0)), new OpenModules(row.getString(1))))
        .toList();
  }

  /** Returns the run's name. */
  private String transcribe(
      Variant variant, String gates, String manifest, String contexts, int limit) {
    Map<String, String> options = new HashMap<>(recipe.options());
    options.putAll(variant.options());
    options.put("manifest", manifest);
    options.put("bundle", bundle(variant.model()));
    options.put("table", table(limit == 0 ? "transcripts" : "choice_transcripts"));
    if (limit > 0) {
      options.put("limit", String.valueOf(limit));
    }
    options.put("gates", gates);
    if (gates.equals("learned")) {
      options.put("gate-context", variant.context());
      variant.target().ifPresent(target -> options.put("target-sparsity", target.toString()));
      if (recipe.contexts().isPresent()) {
        options.put("with-contexts", table(contexts));
      }
    }
    options.put("run-id", runId(variant, options));
    EspalierConf conf = SessionConf.of(spark, options);
    out.println("Variant " + variant.name() + ": " + gates);
    out.flush();
    StageSummary summary =
        new Transcribe(
                spark,
                TranscribeOptions.of(conf),
                BundleTranscribers.of(spark, conf, new OwsmOpener()),
                StageProgress.on(out))
            .run();
    return summary.runId();
  }

  /** The variant's name, and a number that changes with all that decides its transcripts. */
  private String runId(Variant variant, Map<String, String> options) {
    try {
      String model = open(variant.model()).fingerprint();
      int number = (model + new TreeMap<>(options)).hashCode();
      return variant.name().replaceAll("[^A-Za-z0-9.]+", "-")
          + String.format(Locale.ROOT, "-%08x", number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ScoreOptions scoreOptions() {
    Map<String, String> options = new HashMap<>();
    options.put("table", table("transcripts"));
    options.put("runs", runs.values().stream().distinct().collect(Collectors.joining(",")));
    options.put("scores", table("scores"));
    options.put("score-groups", table("score_groups"));
    options.put("score-comparisons", table("score_comparisons"));
    return ScoreOptions.of(SessionConf.of(spark, options));
  }

  /** Every run beside that of the first variant, and baselines beside what they are like. */
  private Set<Score.Pair> pairs(List<Variant> variants) {
    String first = runs.get(variants.get(0).name());
    Set<Score.Pair> pairs = new LinkedHashSet<>();
    for (Variant variant : variants) {
      String run = runs.get(variant.name());
      pairs.add(new Score.Pair(first, run));
      if (!variant.like().isEmpty()) {
        pairs.add(new Score.Pair(runs.get(variant.like()), run));
      }
    }
    pairs.removeIf(pair -> pair.runA().equals(pair.runB()));
    return pairs;
  }

  private Dataset<Row> totals(TableKind kind, String table) {
    return kind.read(spark, table(table)).where(col("grouping").equalTo("all"));
  }
}
