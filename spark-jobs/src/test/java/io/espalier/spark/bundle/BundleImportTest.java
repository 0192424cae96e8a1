package io.espalier.spark.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.ContextBundle;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.importer.ContextImporter;
import io.espalier.conf.UsageException;
import io.espalier.nn.Precision;
import io.espalier.spark.TestSpark;
import io.espalier.spark.storage.FarFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleImportTest {
  private static final ImportOptions FORCE = new ImportOptions(Precision.FLOAT32, true, null);

  @TempDir Path temp;

  private final SparkSession spark = TestSpark.session();
  private final ReferenceSet set = ReferenceSets.owsmAed().get(0);

  @BeforeEach
  void knowTheFarFileSystem() {
    spark.conf().set(FarFileSystem.KEY, FarFileSystem.class.getName());
  }

  @Test
  void aLocalPathIsWrittenInPlace() throws Exception {
    Path target = temp.resolve("models").resolve("a");
    String report = run(target.toUri().toString(), ImportOptions.DEFAULTS);
    assertThat(report).isEqualTo(Bundle.open(target).report());
  }

  @Test
  void anotherFileSystemGetsTheSameBundle() throws Exception {
    List<String> log = new ArrayList<>();
    BundleImport.run(spark, set.dir(), far("a"), ImportOptions.DEFAULTS, log::add);
    assertThat(Bundle.open(temp.resolve("a")).fingerprint())
        .isEqualTo(set.importTo(temp.resolve("b")).fingerprint());
    assertThat(log).last().asString().contains(far("a"));
    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void anotherFileSystemKeepsWhatIsThereUnlessForced() throws Exception {
    run(far("a"), ImportOptions.DEFAULTS);
    assertThatThrownBy(() -> run(far("a"), ImportOptions.DEFAULTS))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("/a exists. Replace it with --force");
    run(far("a"), FORCE);
    assertThat(names()).containsExactly("a");
  }

  @Test
  void notEvenForceReplacesWhatIsNoBundle() throws Exception {
    Files.createDirectory(temp.resolve("a"));
    Files.writeString(temp.resolve("a").resolve("thesis.txt"), "years of work");
    assertThatThrownBy(() -> run(far("a"), FORCE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("It is not a bundle, so --force does not replace it either");
    assertThat(temp.resolve("a").resolve("thesis.txt")).exists();
  }

  @Test
  void encodersAreAddedToABundleOnAnotherFileSystem() throws Exception {
    run(far("a"), ImportOptions.DEFAULTS);
    ReferenceSet speaker = ReferenceSets.ecapa().get(0);
    String report =
        BundleImport.addContext(
            spark,
            List.of(new ContextImporter.Source.Speaker(speaker.dir())),
            far("a"),
            ImportOptions.DEFAULTS,
            line -> {});
    assertThat(report).contains("ECAPA-TDNN");
    assertThat(ContextBundle.open(temp.resolve("a")).speaker()).isPresent();
    assertThat(Bundle.open(temp.resolve("a")).config()).isNotNull();
    assertThat(names()).containsExactly("a");
  }

  @Test
  void aFailedUploadLeavesNothing() throws Exception {
    assertThatThrownBy(() -> run(far(FarFileSystem.STUCK), ImportOptions.DEFAULTS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the file system refused");
    assertThat(names()).isEmpty();
  }

  private String run(String target, ImportOptions options) throws IOException {
    return BundleImport.run(spark, set.dir(), target, options, line -> {});
  }

  private String far(String name) {
    return "far:" + temp.resolve(name);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> children = Files.list(temp)) {
      return children.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
