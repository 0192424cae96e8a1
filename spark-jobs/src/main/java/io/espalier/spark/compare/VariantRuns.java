package io.espalier.spark.compare;

import static org.apache.spark.sql.functions.col;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.OpenModules;
import io.espalier.spark.bundle.OwsmOpener;
import io.espalier.spark.compare.CompareRecipe.Choice;
import io.espalier.spark.compare.CompareRecipe.Variant;
import io.espalier.spark.context.BundleContexts;
import io.espalier.spark.context.ContextJobOptions;
import io.espalier.spark.context.ContextStage;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.task.AudioKeys;
import io.espalier.spark.task.AudioRules;
import io.espalier.spark.transcribe.BundleTranscribers;
import io.espalier.spark.transcribe.Transcribe;
import io.espalier.spark.transcribe.TranscribeOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs the stages of a comparison: contexts and transcripts, of the test set and of the utterances
 * that static pruning is chosen on. What is there already is reused.
 */
final class VariantRuns {
  private static final String LIMIT = "limit";
  private static final String KEEP = "keep";

  private final SparkSession spark;
  private final CompareRecipe recipe;
  private final CompareModels models;
  private final Names names;
  private final PrintWriter out;

  /**
   * What a comparison calls its tables, and how much of the test set it takes.
   *
   * @param prefix of all tables
   * @param keep columns of the test set that transcripts keep
   * @param limit utterances of the test set; 0 is what the recipe says
   */
  record Names(String prefix, List<String> keep, int limit) {
    String table(String name) {
      return prefix + "_" + name;
    }
  }

  VariantRuns(
      SparkSession spark,
      CompareRecipe recipe,
      CompareModels models,
      Names names,
      PrintWriter out) {
    this.spark = spark;
    this.recipe = recipe;
    this.models = models;
    this.names = names;
    this.out = out;
  }

  /** Computes the contexts of the test set, if the recipe has any. */
  void contexts() {
    if (recipe.contexts().isPresent()) {
      contexts(recipe.manifest(), names.table("contexts"), names.limit());
    }
  }

  private void contexts(String manifest, String table, int limit) {
    Map<String, String> options = audioOptions(recipe);
    options.put("manifest", manifest);
    options.put("bundle", models.uri(recipe.contexts().orElseThrow()));
    options.put("contexts", table);
    options.put(LIMIT, String.valueOf(limit));
    EspalierConf conf = SessionConf.of(spark, options);
    ContextJobOptions job = ContextJobOptions.of(conf);
    say("Computing contexts of " + manifest);
    new ContextStage(spark, job, BundleContexts.of(spark, conf, job), StageProgress.on(out)).run();
  }

  /**
   * Transcribes the test set.
   *
   * @return the run's name
   */
  String transcribe(Variant variant, ChosenGates chosen) throws IOException {
    Map<String, String> options = options(variant, chosen);
    options.put("manifest", recipe.manifest());
    options.put("table", names.table("transcripts"));
    if (names.limit() > 0) {
      options.put(LIMIT, String.valueOf(names.limit()));
    }
    Set<String> keep = new LinkedHashSet<>(names.keep());
    if (options.containsKey(KEEP)) {
      keep.addAll(List.of(options.get(KEEP).split(",")));
    }
    if (!keep.isEmpty()) {
      options.put(KEEP, String.join(",", keep));
    }
    say("Variant " + variant.name() + ": " + chosen.text());
    return run(variant, options, "contexts");
  }

  /**
   * Transcribes the utterances that static pruning is chosen on.
   *
   * @return the run's name
   */
  String transcribeChoice(Variant variant, ChosenGates chosen) throws IOException {
    Choice choice = recipe.choice().orElseThrow();
    if (variant.isLearned() && recipe.contexts().isPresent()) {
      contexts(choice.manifest(), names.table("choice_contexts"), choice.utterances());
    }
    Map<String, String> options = options(variant, chosen);
    options.put("manifest", choice.manifest());
    options.put("table", names.table("choice_transcripts"));
    options.put(LIMIT, String.valueOf(choice.utterances()));
    options.remove(KEEP);
    say(
        "Utterances to choose on, as variant %s decodes them: %s"
            .formatted(variant.name(), chosen.text()));
    return run(variant, options, "choice_contexts");
  }

  private Map<String, String> options(Variant variant, ChosenGates chosen) {
    Map<String, String> options = new HashMap<>(recipe.options());
    options.putAll(variant.options());
    options.putAll(chosen.options());
    options.put("bundle", models.uri(variant.model()));
    options.put("gates", chosen.gates());
    return options;
  }

  private String run(Variant variant, Map<String, String> options, String contexts)
      throws IOException {
    if (variant.isLearned()) {
      options.put("gate-context", variant.context());
      variant.target().ifPresent(target -> options.put("target-sparsity", target.toString()));
      if (recipe.contexts().isPresent()) {
        options.put("with-contexts", names.table(contexts));
      }
    }
    options.put("run-id", runId(variant, options));
    EspalierConf conf = SessionConf.of(spark, options);
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
  private String runId(Variant variant, Map<String, String> options) throws IOException {
    String model = models.open(variant.model()).fingerprint();
    int number = (model + new TreeMap<>(options)).hashCode();
    return variant.name().replaceAll("[^A-Za-z0-9.]+", "-")
        + String.format(Locale.ROOT, "-%08x", number);
  }

  /** How a variant is decoded, for those who do it without a job. */
  EspalierConf decoding(Variant variant, ChosenGates chosen) {
    Map<String, String> options = options(variant, chosen);
    if (variant.isLearned()) {
      options.put("gate-context", variant.context());
      variant.target().ifPresent(target -> options.put("target-sparsity", target.toString()));
    }
    return SessionConf.of(spark, options);
  }

  /** The transcripts of a run of the test set. */
  Dataset<Row> rows(String run) {
    return rows(run, "transcripts");
  }

  /** The transcripts of a run of the utterances to choose on. */
  Dataset<Row> choiceRows(String run) {
    return rows(run, "choice_transcripts");
  }

  private Dataset<Row> rows(String run, String table) {
    return TableKind.TRANSCRIPTS
        .read(spark, names.table(table))
        .where(col("run_id").equalTo(run).and(col("status").equalTo("ok")));
  }

  /** The gates of each transcript. */
  static List<GateSet> gateSets(Dataset<Row> transcripts) {
    return transcripts.select(col("gates.encoder"), col("gates.decoder")).collectAsList().stream()
        .map(
            row ->
                new GateSet(new OpenModules(row.getString(0)), new OpenModules(row.getString(1))))
        .toList();
  }

  /** The recipe's own audio rules; the session's rules apply for the others. */
  static Map<String, String> audioOptions(CompareRecipe recipe) {
    Map<String, String> options = new HashMap<>(recipe.options());
    options
        .keySet()
        .retainAll(AudioKeys.KEYS.stream().map(ConfKey::name).collect(Collectors.toSet()));
    return options;
  }

  AudioRules audio() {
    return AudioRules.of(SessionConf.of(spark, audioOptions(recipe)));
  }

  Names names() {
    return names;
  }

  /** Utterances of the test set that are taken; 0 is all. */
  int limit() {
    return names.limit() > 0
        ? names.limit()
        : Integer.parseInt(recipe.options().getOrDefault(LIMIT, "0"));
  }

  void say(String line) {
    out.println(line);
    out.flush();
  }
}
