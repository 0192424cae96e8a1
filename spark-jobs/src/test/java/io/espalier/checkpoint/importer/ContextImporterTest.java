package io.espalier.checkpoint.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.ReferenceContext;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.BundleManifest;
import io.espalier.checkpoint.ContextBundle;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.checkpoint.importer.ContextImporter.Source;
import io.espalier.checkpoint.tensors.SafetensorsFile;
import io.espalier.context.EncoderKind;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Sha256;
import io.espalier.nn.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextImporterTest {
  @TempDir Path temp;

  private final ReferenceSet owsm = ReferenceSets.owsmAed().get(0);
  private final ReferenceSet speaker = ReferenceSets.ecapa().get(0);
  private final Source event =
      new Source.Event(ReferenceContext.checkpoint(ReferenceSets.beats().get(0)));

  @Test
  void encodersMakeABundleOfTheirOwn() throws Exception {
    Path target = temp.resolve("context");
    ContextBundle bundle = add(target, new Source.Speaker(speaker.dir()), event);
    assertThat(bundle.speaker()).isPresent();
    assertThat(bundle.event()).isPresent();
    assertThat(bundle.hasOwsm()).isFalse();
    assertThat(bundle.report()).contains("ECAPA-TDNN", "BEATs");
    assertThatThrownBy(() -> Bundle.open(target))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("its kind is context, which has no OWSM");
  }

  @Test
  void encodersAreAddedToAnOwsmWhichStaysWhatItWas() throws Exception {
    Path target = temp.resolve("bundle");
    owsm.importTo(target);
    byte[] model = Files.readAllBytes(target.resolve(Bundle.MODEL));
    add(target, new Source.Speaker(speaker.dir()));
    ContextBundle both = add(target, event);
    assertThat(both.speaker()).isPresent();
    assertThat(both.event()).isPresent();
    assertThat(both.hasOwsm()).isTrue();
    assertThat(Bundle.open(target).card()).containsKeys("name", "parameters", "speaker", "event");
    assertThat(Files.readAllBytes(target.resolve(Bundle.MODEL))).isEqualTo(model);
    try (Stream<Path> siblings = Files.list(temp)) {
      assertThat(siblings).containsExactly(target);
    }
  }

  @Test
  void theCardCountsParametersAndNamesTheirOrigin() throws Exception {
    Path target = temp.resolve("bundle");
    add(target, event);
    Map<String, Object> card = BundleManifest.read(target).card();
    Map<?, ?> entry = (Map<?, ?>) card.get("event");
    long parameters =
        SafetensorsFile.open(target.resolve(ContextBundle.model(EncoderKind.EVENT)))
            .tensors()
            .values()
            .stream()
            .mapToLong(found -> found.shape().size())
            .sum();
    assertThat(((Number) entry.get("parameters")).longValue()).isEqualTo(parameters);
    assertThat(entry.get("model_sha256")).isEqualTo(Sha256.of(((Source.Event) event).checkpoint()));
  }

  @Test
  void anEncoderThatIsThereIsReplacedByForceOnly() throws Exception {
    Path target = temp.resolve("bundle");
    ContextBundle first = add(target, event);
    assertThatThrownBy(() -> add(target, event))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("already has its event encoder. Replace it with --force");
    ImportOptions half = new ImportOptions(Precision.FLOAT16, true, null);
    ContextBundle second = ContextImporter.add(List.of(event), target, half, line -> {});
    assertThat(second.fingerprint()).isNotEqualTo(first.fingerprint());
  }

  @Test
  void missingAndWrongParametersAreListedTogether() throws Exception {
    Path copy = copyWithConfig("model_scale: 8", "model_scale: 4");
    assertThatThrownBy(() -> add(temp.resolve("bundle"), new Source.Speaker(copy)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("wrong: encoder.layer1.convs.0.weight")
        .hasMessageContaining("extra: encoder.layer1.convs.6.weight")
        .hasMessageContaining("extra: encoder.layer3.bns.6.running_var");
    assertThat(temp.resolve("bundle")).doesNotExist();
  }

  @Test
  void whatWouldBeComputedOtherwiseIsRefusedAllAtOnce() throws Exception {
    Path copy = copyWithConfig("encoder: ecapa_tdnn", "encoder: rawnet3");
    Path config = config(copy);
    Files.writeString(config, Files.readString(config).replace("preemp: true", "dither: 1.0"));
    assertThatThrownBy(() -> add(temp.resolve("bundle"), new Source.Speaker(copy)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("encoder = rawnet3 is not supported, only ecapa_tdnn")
        .hasMessageContaining("frontend_conf.dither is not known");
  }

  @Test
  void aCheckpointOfAnotherModelIsRefused() {
    assertThatThrownBy(() -> add(temp.resolve("bundle"), new Source.Event(speakerCheckpoint())))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("it must have two dictionaries, model and cfg");
  }

  @Test
  void aDamagedEncoderIsFound() throws Exception {
    Path target = temp.resolve("bundle");
    add(target, event);
    Path weights = target.resolve(ContextBundle.model(EncoderKind.EVENT));
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    assertThatThrownBy(() -> ContextBundle.open(target))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("event.safetensors has SHA-256");
  }

  private static ContextBundle add(Path target, Source... sources) throws IOException {
    return ContextImporter.add(List.of(sources), target, ImportOptions.DEFAULTS, line -> {});
  }

  private Path speakerCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(speaker.dir())) {
      return files.filter(file -> file.toString().endsWith(".pth")).findFirst().orElseThrow();
    }
  }

  private Path copyWithConfig(String old, String replacement) throws IOException {
    Path copy = temp.resolve("espnet");
    try (Stream<Path> files = Files.walk(speaker.dir())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(speaker.dir().relativize(file).toString()));
      }
    }
    Path config = config(copy);
    String text = Files.readString(config);
    assertThat(text).contains(old);
    Files.writeString(config, text.replace(old, replacement));
    return copy;
  }

  private static Path config(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.endsWith("config.yaml")).findFirst().orElseThrow();
    }
  }
}
