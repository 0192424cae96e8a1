package io.espalier.checkpoint.importer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.espalier.Fuzzer;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.conf.UsageException;
import io.espalier.files.Directories;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Sha256;
import io.espalier.nn.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spoiled checkpoints and bundles: each is read or refused in a sentence, soon. */
class HostileModelsTest {
  private static final long SEED = Long.getLong("espalier.test.seed", 31);
  private static final long MOST_MS = 20_000;

  @TempDir Path temp;

  private final ReferenceSet set = ReferenceSets.owsmAed().get(0);
  private final List<String> faults = new ArrayList<>();
  private int read;
  private int refused;

  /** What is done with a spoiled directory. */
  private interface Use {
    void of(Path directory) throws IOException;
  }

  @Test
  void someSpoiledCheckpointsAreReadOrRefused() throws IOException {
    spoilCheckpoints(40);
  }

  @Test
  void someSpoiledBundlesAreReadOrRefused() throws IOException {
    spoilBundles(40);
  }

  @Test
  @Tag("slow")
  void twoHundredSpoiledCheckpointsAreReadOrRefused() throws IOException {
    spoilCheckpoints(200);
  }

  @Test
  @Tag("slow")
  void twoHundredSpoiledBundlesAreReadOrRefused() throws IOException {
    spoilBundles(200);
  }

  private void spoilCheckpoints(int count) throws IOException {
    Fuzzer fuzzer = new Fuzzer(SEED);
    for (int i = 0; i < count; i++) {
      Path model = EspnetCopy.of(set, temp.resolve("model")).dir();
      Path bundle = temp.resolve("bundle");
      Path spoiled = spoil(fuzzer, model);
      check(
          i,
          spoiled,
          model,
          directory -> Importer.importModel(directory, bundle, ImportOptions.DEFAULTS, line -> {}));
      Directories.deleteRecursively(model);
      if (Files.exists(bundle)) {
        Directories.deleteRecursively(bundle);
      }
    }
    finish("checkpoints");
  }

  private void spoilBundles(int count) throws IOException {
    Fuzzer fuzzer = new Fuzzer(SEED + 1);
    Path sound = set.importTo(temp.resolve("sound")).directory();
    for (int i = 0; i < count; i++) {
      Path bundle = Files.createDirectory(temp.resolve("bundle"));
      copy(sound, bundle);
      Path spoiled = spoil(fuzzer, bundle);
      if (fuzzer.next(4) > 0 && !spoiled.endsWith("bundle.yaml")) {
        sign(bundle, spoiled); // As one who may write the file may write its digest.
      }
      check(
          i,
          spoiled,
          bundle,
          directory -> Bundle.open(directory).load(Device.cpu(), Precision.FLOAT32).close());
      Directories.deleteRecursively(bundle);
    }
    finish("bundles");
  }

  /** Spoils one of the files; those of text as text, mostly. */
  private static Path spoil(Fuzzer fuzzer, Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    Path file = fuzzer.oneOf(files);
    byte[] bytes = Files.readAllBytes(file);
    boolean text = file.toString().matches(".*\\.(yaml|txt|json|properties)");
    byte[] changed =
        text && fuzzer.next(4) > 0
            ? fuzzer
                .mutate(new String(bytes, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8)
            : fuzzer.mutate(bytes);
    Files.write(file, changed);
    return file;
  }

  private void check(int number, Path spoiled, Path directory, Use use) {
    String name = String.format(Locale.ROOT, "%03d, %s", number, directory.relativize(spoiled));
    long start = System.nanoTime();
    try {
      use.of(directory);
      read++;
    } catch (MalformedFileException | UsageException e) {
      refused++;
      if (!String.valueOf(e.getMessage()).matches("(?s)(Cannot|Invalid|Unknown) .{5,20000}")) {
        faults.add(
            name + " says: " + String.valueOf(e.getMessage()).replaceAll("(?s)(.{300}).*", "$1"));
      }
    } catch (IOException | RuntimeException | Error e) {
      faults.add(name + " throws " + e + " at " + List.of(e.getStackTrace()).subList(0, 3));
    }
    long ms = (System.nanoTime() - start) / 1_000_000;
    if (ms > MOST_MS) {
      faults.add(name + " took " + ms + " ms");
    }
  }

  private void finish(String what) {
    System.out.printf(
        Locale.ROOT,
        "%d spoiled %s (seed %d): %d read, %d refused%n",
        read + refused,
        what,
        SEED,
        read,
        refused);
    assertThat(faults).isEmpty();
    assertThat(Path.of("owned")).doesNotExist();
    assertThat(refused).isPositive();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  private static void sign(Path bundle, Path file) throws IOException {
    Path card = bundle.resolve("bundle.yaml");
    String entry =
        "(?m)^(  '?%s'?:\\R    size: )\\d+(\\R    sha256: )\\S+$"
            .formatted(file.getFileName().toString().replace(".", "\\."));
    String text = Files.readString(card);
    String signed =
        text.replaceFirst(
            entry, "$1%s$2%s".formatted(Long.toString(Files.size(file)), Sha256.of(file)));
    Files.writeString(card, signed);
  }
}
