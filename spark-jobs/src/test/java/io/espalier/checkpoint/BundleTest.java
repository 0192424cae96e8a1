package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
  private final ReferenceSet set = ReferenceSets.owsmAed().get(0);

  @TempDir Path temp;
  private Path bundle;

  @BeforeEach
  void importTheModel() {
    bundle = set.importTo(temp.resolve("bundle")).directory();
  }

  @Test
  void oneChangedBitOfAnyFileIsFoundByItsName() throws Exception {
    for (String name : names()) {
      if (!name.equals(BundleManifest.NAME)) {
        flip(bundle.resolve(name));
        assertRefused(name + " has SHA-256 ", "The file is damaged or was changed");
        flip(bundle.resolve(name));
      }
    }
    assertThat(Bundle.open(bundle).directory()).isEqualTo(bundle);
  }

  @Test
  void aFileOfAnotherSizeIsFoundByItsName() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(path(Bundle.MODEL).toFile(), "rw")) {
      file.setLength(file.length() - 1);
    }
    assertRefused(Bundle.MODEL + " has size ", " bytes, expected ");
  }

  @Test
  void aMissingFileIsNamed() throws Exception {
    Files.delete(path(Bundle.STATS));
    assertRefused(Bundle.STATS + " is missing");
  }

  @Test
  void everyFileOfTheDirectoryIsListed() throws Exception {
    List<String> listed =
        Stream.concat(
                BundleManifest.read(bundle).files().keySet().stream(),
                Stream.of(BundleManifest.NAME))
            .sorted()
            .toList();
    assertThat(names()).isEqualTo(listed);
  }

  @Test
  void aNewerFormatIsRefusedByItsNumber() throws Exception {
    edit("format: 1", "format: 2");
    assertRefused("its format is 2, but this version reads format 1");
  }

  @Test
  void anotherKindIsRefusedByItsName() throws Exception {
    edit("kind: owsm-aed", "kind: owsm-ctc");
    assertRefused("its kind is owsm-ctc, but config.yaml is of kind owsm-aed");
  }

  @Test
  void allMistakesOfTheCardAreNamedTogether() throws Exception {
    edit("kind: owsm-aed", "kind: owsm-rnnt\nkinds: 2");
    edit(" {4}sha256: [0-9a-f]+", "    sha256: abc");
    assertRefused(
        "problems: 3",
        "its kind is owsm-rnnt, known are owsm-aed, owsm-ctc, context",
        ".sha256 must be 64 hexadecimal digits, found abc",
        "kinds is not known, the nearest known key is kind");
  }

  @Test
  void filesOutsideOfTheBundleAreNotRead() throws Exception {
    edit("tokens.txt:", "../tokens.txt:");
    assertRefused("files.../tokens.txt is not a plain file name");
  }

  @Test
  void aFileThatTheCardLeavesOutIsNotTrusted() throws Exception {
    edit("  tokens\\.txt:\\R    size: .*\\R    sha256: .*\\R", "");
    assertRefused("bundle.yaml does not list tokens.txt");
  }

  @Test
  void aDirectoryThatIsNoBundleSaysHowToMakeOne() throws Exception {
    Files.delete(path(BundleManifest.NAME));
    assertRefused("there is no bundle.yaml", "espalier import ESPNET_DIR");
  }

  @Test
  void tokensThatDifferFromTheConfigurationAreRefused() throws Exception {
    Path tokens = path(Bundle.TOKENS);
    Files.writeString(tokens, Files.readString(tokens).replaceFirst("<na>", "<no>"));
    sign();
    assertRefused("tokens.txt differs from the token_list of config.yaml");
  }

  @Test
  void parametersThatDoNotFitTheConfigurationAreRefused() throws Exception {
    Path config = path(Bundle.CONFIG);
    String text = Files.readString(config);
    String changed = text.replaceFirst("( +)linear_units: \\d+", "$1linear_units: 7");
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(config, changed);
    sign();
    assertRefused("parameters do not fit config.yaml", "expected (7, ");
  }

  @Test
  void equalModelsHaveEqualFingerprintsWhereverTheyAre() throws Exception {
    assertThat(set.importTo(temp.resolve("other")).fingerprint())
        .isEqualTo(Bundle.open(bundle).fingerprint());
  }

  @Test
  void theCardNamesItsSource() throws Exception {
    assertThat(Bundle.open(bundle).card())
        .containsEntry("name", set.name())
        .containsEntry("dtype", "float32")
        .containsKeys("parameters", "created_by", "source");
  }

  /** Writes a card that fits the files as they are now. */
  private void sign() throws IOException {
    BundleManifest manifest = BundleManifest.read(bundle);
    Files.delete(path(BundleManifest.NAME));
    Map<String, Object> card = new TreeMap<>(manifest.card());
    BundleManifest.write(bundle, manifest.kind(), card, List.copyOf(manifest.files().keySet()));
  }

  private void edit(String regex, String replacement) throws IOException {
    Path card = path(BundleManifest.NAME);
    String text = Files.readString(card);
    String changed = text.replaceFirst(regex, replacement);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(card, changed);
  }

  private static void flip(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length / 2] ^= 1;
    Files.write(path, bytes);
  }

  private Path path(String name) {
    return bundle.resolve(name);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(bundle)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private void assertRefused(String... messages) {
    assertThatThrownBy(() -> Bundle.open(bundle))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("Cannot ")
        .hasMessageContainingAll(messages);
  }
}
