package io.espalier;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LayersTest {
  private static final String ROOT = "io.espalier.";
  private static final long MOST_IN_A_ROOM = 30;
  private static final List<String> ROOMS =
      List.of(
          "conf",
          "files",
          "outcome",
          "audio",
          "libtorch",
          "nn",
          "features",
          "owsm",
          "pruning",
          "context",
          "search",
          "checkpoint",
          "training",
          "spark",
          "tools",
          "cli",
          "udfs");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.espalier");

  @Test
  void theModelCoreDoesNotKnowSpark() {
    ArchRule rule =
        noClasses()
            .that()
            .resideOutsideOfPackages(
                ROOT + "spark..", ROOT + "tools..", ROOT + "cli..", ROOT + "udfs..")
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
  void packagesMakeNoCircle() {
    slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void noRoomIsTooFullToFindAnythingIn() {
    Map<String, Long> sizes =
        CLASSES.stream()
            .filter(type -> type.getEnclosingClass().isEmpty() && !type.isAnonymousClass())
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    assertThat(sizes)
        .isNotEmpty()
        .allSatisfy((room, size) -> assertThat(size).isLessThanOrEqualTo(MOST_IN_A_ROOM));
  }

  @Test
  void theGroundFloorStandsAlone() {
    mustNotKnow("files", above("files"));
    mustNotKnow("outcome", above("outcome"));
    mustNotKnow("conf", above("conf", "files"));
  }

  @Test
  void whatChoosesLibtorchKnowsOnlyTheGround() {
    mustNotKnow("libtorch", above("conf", "files", "libtorch"));
  }

  @Test
  void onlyOnePlaceStartsLibtorch() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "libtorch..")
        .should()
        .callMethodWhere(target(owner(type(NDManager.class))).and(target(name("newBaseManager"))))
        .orShould()
        .callMethodWhere(target(owner(type(Engine.class))).and(target(name("getEngine"))))
        .orShould()
        .callMethodWhere(target(owner(type(Engine.class))).and(target(name("getInstance"))))
        .check(CLASSES);
  }

  @Test
  void temporaryFilesArePrivate() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "files..")
        .should()
        .callMethodWhere(target(owner(type(Files.class))).and(target(name("createTempDirectory"))))
        .orShould()
        .callMethodWhere(target(owner(type(Files.class))).and(target(name("createTempFile"))))
        .orShould()
        .callMethodWhere(target(owner(type(File.class))).and(target(name("createTempFile"))))
        .check(CLASSES);
  }

  @Test
  void blocksKnowNoModel() {
    mustNotKnow("nn", above("conf", "files", "outcome", "libtorch", "nn"));
  }

  @Test
  void featuresKnowOnlyBlocks() {
    mustNotKnow("features", above("conf", "files", "outcome", "libtorch", "nn", "features"));
  }

  @Test
  void decodingAudioNeedsNoTensors() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "audio..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..", ROOT + "nn..")
        .check(CLASSES);
  }

  @Test
  void theProductDoesNotKnowItsWorkshop() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "tools..", ROOT + "cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "tools..")
        .check(CLASSES);
  }

  @Test
  void audioKnowsNoModel() {
    mustNotKnow("audio", above("conf", "files", "outcome", "audio"));
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
  void transformersStandAboveTheStages() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "spark..")
        .and()
        .resideOutsideOfPackage(ROOT + "spark.ml")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "spark.ml")
        .check(CLASSES);
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

  /** Every room but these. */
  private static String[] above(String... below) {
    List<String> rooms = new ArrayList<>(ROOMS);
    rooms.removeAll(List.of(below));
    return rooms.toArray(String[]::new);
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
