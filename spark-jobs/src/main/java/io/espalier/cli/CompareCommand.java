package io.espalier.cli;

import io.espalier.conf.UsageException;
import io.espalier.spark.compare.Compare;
import io.espalier.spark.compare.CompareRecipe;
import io.espalier.spark.compare.CompareTable;
import io.espalier.spark.report.Report;
import io.espalier.spark.session.SessionConf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares variants of a model on one test set. */
@Command(
    name = "compare",
    description =
        "Decodes one test set with every variant of a recipe, dense and pruned in several ways, and"
            + " prints quality and cost side by side. Trains models whose bundles are missing."
            + " Reuses existing contexts, transcripts and bundles.",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions options;

  @Option(
      names = "--recipe",
      required = true,
      paramLabel = "FILE",
      description = "Recipe of the comparison, such as conf/recipes/demo-compare.yaml.")
  private Path recipe;

  @Option(
      names = "--tables",
      defaultValue = "compare",
      paramLabel = "PREFIX",
      description =
          "Prefix of the table names: PREFIX_compare is the result, PREFIX_transcripts has every"
              + " utterance. Default: ${DEFAULT-VALUE}.")
  private String tables;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the rows to this file, as a JSON array of objects.")
  private String json;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Writes an HTML report on the tables to this file, with a curve of quality against cost.")
  private String report;

  @Option(
      names = "--curve",
      paramLabel = "FILE",
      description =
          "Draws quality against saved GFLOPs over the targets of the recipe's curve to this file,"
              + " as SVG.")
  private String curve;

  @Option(
      names = "--limit",
      defaultValue = "0",
      paramLabel = "N",
      description = "Takes the first N utterances of the test set, for a quick trial. 0 takes all.")
  private int limit;

  @Option(
      names = "--no-training",
      description =
          "Leaves out variants whose models would have to be trained first, and names them.")
  private boolean noTraining;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (limit < 0) {
      throw new UsageException("Invalid --limit: %s, must be 0 or more".formatted(limit));
    }
    CompareRecipe read = CompareRecipe.read(recipe);
    if (noTraining) {
      CompareRecipe all = read;
      read = read.withoutTraining();
      List<String> kept = read.variants().stream().map(CompareRecipe.Variant::name).toList();
      all.variants().stream()
          .map(CompareRecipe.Variant::name)
          .filter(name -> !kept.contains(name))
          .forEach(
              name -> spec.commandLine().getOut().printf("Left out, not trained yet: %s%n", name));
    }
    if (curve != null && read.curve().isEmpty()) {
      throw new UsageException(
          "Cannot draw --curve %s: recipe %s has no curve".formatted(curve, recipe));
    }
    Optional<OutputFile> rows = OutputFile.of(json);
    Optional<OutputFile> picture = OutputFile.of(curve);
    Optional<OutputFile> pageFile = OutputFile.of(report);
    SparkSession spark = options.session("compare");
    CompareTable table = new Compare(spark, read, tables, limit, spec.commandLine().getOut()).run();
    spec.commandLine().getOut().println(table.text());
    if (rows.isPresent()) {
      rows.get().write(spark, table.json());
    }
    if (picture.isPresent()) {
      picture.get().write(spark, table.curve(read));
    }
    if (pageFile.isPresent()) {
      Map<String, String> named =
          Map.of(
              "table", tables + "_transcripts",
              "scores", tables + "_scores",
              "score-groups", tables + "_score_groups",
              "comparison", tables + "_compare");
      Report page = new Report(spark, SessionConf.of(spark, named), table.runs());
      pageFile.get().write(spark, page.html());
    }
    return ExitCode.DONE;
  }
}
