package io.espalier;

import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.espalier.spark.compare.CompareRecipe;
import io.espalier.tools.corpus.CorpusRecipe;
import io.espalier.training.encoder.EncoderRecipe;
import io.espalier.training.recipe.TrainRecipe;
import java.io.FileReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.Set;
import org.apache.spark.sql.DataFrameReader;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every text of a user is read as UTF-8 or refused: holds the doors through which it comes. */
class StrictTextTest {
  private static final Set<String> READERS_OF_SPARK = Set.of("text", "textFile", "json", "csv");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.espalier");

  @TempDir Path directory;

  @Test
  void noReaderReplacesWhatItCannotDecode() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.espalier.udfs..") // Lists of its own alone.
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "decode leniently",
                type ->
                    type.isEquivalentTo(InputStreamReader.class)
                        || type.isEquivalentTo(FileReader.class)
                        || type.isEquivalentTo(Scanner.class)))
        .check(CLASSES);
  }

  @Test
  void whatSparkReadsAsTextWasCheckedBefore() {
    DescribedPredicate<JavaClass> unchecked =
        DescribedPredicate.describe(
            "do not check files",
            type ->
                type.getDirectDependenciesFromSelf().stream()
                    .noneMatch(d -> d.getTargetClass().getSimpleName().equals("Utf8Files")));
    DescribedPredicate<JavaCall<?>> readers =
        DescribedPredicate.describe(
            "read text with Spark",
            call ->
                call.getTargetOwner().isEquivalentTo(DataFrameReader.class)
                    && READERS_OF_SPARK.contains(call.getName()));
    noClasses().that(unchecked).should(callMethodWhere(readers)).check(CLASSES);
  }

  @Test
  void recipesAreRefusedByLineAndByte() throws IOException {
    Path recipe =
        Files.write(
            directory.resolve("r.yaml"), "a: b\nname: Grüße".getBytes(StandardCharsets.ISO_8859_1));
    for (ThrowingCallable reading :
        new ThrowingCallable[] {
          () -> TrainRecipe.read(recipe),
          () -> EncoderRecipe.read(recipe),
          () -> EncoderRecipe.isOne(recipe),
          () -> CorpusRecipe.read(recipe),
          () -> CompareRecipe.read(recipe)
        }) {
      assertThatThrownBy(reading)
          .hasMessageContaining(recipe + ": line 2 is not UTF-8, byte 0xFC at offset 13");
    }
  }
}
