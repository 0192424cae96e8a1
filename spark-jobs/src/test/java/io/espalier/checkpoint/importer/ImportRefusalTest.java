package io.espalier.checkpoint.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.espnet.EspnetConfig;
import io.espalier.conf.UsageException;
import io.espalier.files.MalformedFileException;
import io.espalier.nn.Precision;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportRefusalTest {
  private final ReferenceSet set = ReferenceSets.owsmAed().get(0);

  @TempDir Path temp;
  private EspnetCopy model;

  @BeforeEach
  void copyTheModel() throws IOException {
    model = EspnetCopy.of(set, temp.resolve("model"));
  }

  @Test
  void theUnspoiltCopyIsImported() throws Exception {
    assertThat(importModel().fingerprint())
        .isEqualTo(set.importTo(temp.resolve("other")).fingerprint());
  }

  @Test
  void allParametersThatDoNotFitAreOneErrorWithTheirShapes() throws Exception {
    OwsmConfig is = EspnetConfig.read(model.config());
    int encoderBlocks = is.encoder().numBlocks() + 1;
    int decoderBlocks = is.decoder().numBlocks() - 1;
    int units = is.encoder().linearUnits() + 1;
    model.set("encoder_conf", "num_blocks", String.valueOf(encoderBlocks));
    model.set("encoder_conf", "linear_units", String.valueOf(units));
    model.set("decoder_conf", "num_blocks", String.valueOf(decoderBlocks));
    OwsmConfig asked = EspnetConfig.read(model.config());

    Set<String> lines = new TreeSet<>();
    var expected = OwsmParameters.expected(asked);
    var found = OwsmParameters.expected(is);
    expected.forEach(
        (name, shape) -> {
          if (!found.containsKey(name)) {
            lines.add("missing: %s, expected %s".formatted(name, shape));
          } else if (!found.get(name).equals(shape)) {
            lines.add("wrong: %s, expected %s, found %s".formatted(name, shape, found.get(name)));
          }
        });
    found.forEach(
        (name, shape) -> {
          if (!expected.containsKey(name)) {
            lines.add("extra: %s, found %s".formatted(name, shape));
          }
        });
    assertThat(lines.stream().map(line -> line.replaceAll(":.*", "")).distinct())
        .containsExactlyInAnyOrder("missing", "wrong", "extra");
    assertThatThrownBy(this::importModel)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            String.format(Locale.ROOT, "%d of its parameters do not fit", lines.size()))
        .extracting(error -> listed(error.getMessage()))
        .isEqualTo(lines);
  }

  private static Set<String> listed(String message) {
    return new TreeSet<>(message.lines().skip(1).map(String::strip).toList());
  }

  @Test
  void whatIsRefusedLeavesNothing() throws Exception {
    model.set("encoder_conf", "num_blocks", "99");
    assertThatThrownBy(this::importModel).isInstanceOf(MalformedFileException.class);
    assertThat(names()).containsExactly("model");
  }

  @Test
  void anImportThatBreaksOffHalfWayLeavesNothing() throws Exception {
    IllegalStateException stop = new IllegalStateException("stop");
    assertThatThrownBy(
            () ->
                Importer.importModel(
                    model.dir(),
                    temp.resolve("bundle"),
                    ImportOptions.DEFAULTS,
                    line -> {
                      throw stop;
                    }))
        .isSameAs(stop);
    assertThat(names()).containsExactly("model");
  }

  @Test
  void anImportThatBreaksOffKeepsTheBundleThatItWouldReplace() throws Exception {
    String before = importModel().fingerprint();
    Files.write(model.file("bpe.model"), new byte[] {1});
    Files.delete(model.file(".pth"));
    ImportOptions force = new ImportOptions(Precision.FLOAT32, true, null);
    Path bundle = temp.resolve("bundle");
    assertThatThrownBy(() -> Importer.importModel(model.dir(), bundle, force, line -> {}))
        .isInstanceOf(MalformedFileException.class);
    assertThat(Bundle.open(bundle).fingerprint()).isEqualTo(before);
    assertThat(names()).containsExactly("bundle", "model");
  }

  @Test
  void aFileThatIsNoSentencePieceModelIsRefused() throws Exception {
    Path bpe = model.file("bpe.model");
    Files.write(bpe, new byte[] {1, 2, 3});
    assertThatThrownBy(this::importModel)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read %s: it is no SentencePiece model. Fetch the model again".formatted(bpe));
    assertThat(names()).containsExactly("model");
  }

  @Test
  void aBundleIsReplacedOnlyWhenAskedFor() throws Exception {
    importModel();
    assertThatThrownBy(this::importModel).hasMessageContaining("Replace the bundle with");
    ImportOptions force = new ImportOptions(Precision.FLOAT16, true, "again");
    Bundle again = Importer.importModel(model.dir(), temp.resolve("bundle"), force, line -> {});
    assertThat(again.card()).containsEntry("name", "again").containsEntry("dtype", "float16");
    assertThat(names()).containsExactly("bundle", "model");
  }

  @Test
  void filesOutsideOfTheModelsDirectoryAreNotRead() throws Exception {
    Path secret = Files.writeString(temp.resolve("secret.model"), "secret");
    for (String path : List.of("../secret.model", secret.toString(), "data/../../secret.model")) {
      model.set("bpemodel", path);
      assertThatThrownBy(this::importModel)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("config.yaml bpemodel names " + path + ", which is outside");
    }
    model.replace("meta.yaml", "s2t_model_file: .*", "s2t_model_file: /dev/zero");
    assertThatThrownBy(this::importModel).hasMessageContaining("names /dev/zero, which is outside");
  }

  @Test
  void missingFilesAreNamed() throws Exception {
    model.replace("meta.yaml", "s2t_model_file: .*", "s2t_model_file: exp/other.pth");
    assertThatThrownBy(this::importModel)
        .hasMessageContaining("meta.yaml files.s2t_model_file names exp/other.pth")
        .hasMessageContaining("which does not exist");
    Files.delete(model.file("meta.yaml"));
    assertThatThrownBy(this::importModel).hasMessageContaining("meta.yaml does not exist");
  }

  @Test
  void filesThatGitLfsHasNotFetchedAreNamed() throws Exception {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    Path pth = model.file(".pth");
    Files.writeString(pth, pointer);
    assertThatThrownBy(this::importModel)
        .hasMessageContaining(pth.getFileName().toString())
        .hasMessageContaining("git lfs pull");
    Files.writeString(model.file("bpe.model"), pointer);
    assertThatThrownBy(this::importModel).hasMessageContaining("bpe.model: it is a Git LFS");
  }

  @Test
  void storedStatisticsAreEnough() throws Exception {
    Files.delete(model.file("feats_stats.npz"));
    assertThat(importModel().fingerprint())
        .isEqualTo(set.importTo(temp.resolve("other")).fingerprint());
  }

  @Test
  void aModelOfTwoKindsIsRefusedByItsParts() throws Exception {
    model.set("encoder", "e_branchformer_ctc");
    assertThatThrownBy(this::importModel)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("encoder = e_branchformer_ctc is not supported");
    model.set("model", "espnet_ctc");
    assertThatThrownBy(this::importModel)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContainingAll(
            "decoder = transformer", "preprocessor = s2t is", "token_list lacks <nolang>");
  }

  private Bundle importModel() throws IOException {
    return Importer.importModel(
        model.dir(), temp.resolve("bundle"), ImportOptions.DEFAULTS, line -> {});
  }

  private List<String> names() throws IOException {
    try (Stream<Path> children = Files.list(temp)) {
      List<String> names = new ArrayList<>();
      children.forEach(path -> names.add(path.getFileName().toString()));
      names.remove("other");
      return names.stream().sorted().toList();
    }
  }
}
