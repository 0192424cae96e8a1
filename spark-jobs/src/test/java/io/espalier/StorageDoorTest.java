package io.espalier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** What takes names for patterns, or throws at odd ones, is called in one place. */
class StorageDoorTest {
  private static final String DOOR =
      ".*\\.spark\\.(storage|task)\\.(Storage|AudioSource|StorageFaults)";

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.espalier.spark", "io.espalier.cli");

  @Test
  void namesOfUsersGoThroughStorage() {
    noClasses()
        .that()
        .haveNameNotMatching(DOOR)
        .should()
        .callMethod(SparkSession.class, "read")
        .orShould()
        .callMethod(FileSystem.class, "globStatus", Path.class)
        .orShould()
        .callMethod(FileSystem.class, "globStatus", Path.class, PathFilter.class)
        .orShould()
        .callMethod(FileSystem.class, "get", Configuration.class)
        .orShould()
        .callMethod(FileSystem.class, "get", java.net.URI.class, Configuration.class)
        .orShould()
        .callMethod(Path.class, "getFileSystem", Configuration.class)
        .orShould()
        .callConstructor(Path.class, String.class)
        .because("a path is a name, not a pattern, and no name may end a job")
        .check(classes);
  }
}
