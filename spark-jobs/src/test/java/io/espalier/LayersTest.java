package io.espalier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class LayersTest {
  private static final String ROOT = "io.espalier.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.espalier");

  @Test
  void theModelCoreDoesNotKnowSpark() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "spark..", ROOT + "cli..", ROOT + "udfs..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.spark..",
                "org.apache.hadoop..",
                "org.apache.iceberg..",
                "scala..",
                ROOT + "spark..",
                ROOT + "cli..",
                ROOT + "udfs..");
    rule.check(CLASSES);
  }

  @Test
  void blocksKnowNoModel() {
    mustNotKnow("nn", "audio", "owsm", "pruning", "context", "search", "checkpoint", "training");
  }

  @Test
  void audioKnowsOnlyBlocks() {
    mustNotKnow("audio", "owsm", "pruning", "context", "search", "checkpoint", "training");
  }

  @Test
  void contextKnowsOnlyBlocksAndAudio() {
    mustNotKnow("context", "owsm", "pruning", "search", "checkpoint", "training");
  }

  @Test
  void theModelDoesNotKnowWhoDecidesItsGates() {
    mustNotKnow("owsm", "pruning", "context", "search", "checkpoint", "training");
  }

  @Test
  void pruningDoesNotKnowTheSearch() {
    mustNotKnow("pruning", "search", "checkpoint", "training");
  }

  @Test
  void theSearchDoesNotKnowFilesOfModels() {
    mustNotKnow("search", "checkpoint", "training");
  }

  @Test
  void theCommandLineIsNobodysDependency() {
    mustNotKnow("spark", "cli");
  }

  @Test
  void functionsStandAlone() {
    mustNotKnow(
        "udfs",
        "nn",
        "audio",
        "owsm",
        "pruning",
        "context",
        "search",
        "checkpoint",
        "training",
        "spark",
        "cli");
  }

  private void mustNotKnow(String who, String... others) {
    String[] packages = new String[others.length];
    for (int i = 0; i < others.length; i++) {
      packages[i] = ROOT + others[i] + "..";
    }
    noClasses()
        .that()
        .resideInAPackage(ROOT + who + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
