package io.espalier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.files.MalformedFileException;
import io.espalier.spark.compare.CompareRecipe;
import io.espalier.tools.corpus.CorpusRecipe;
import io.espalier.training.encoder.EncoderRecipe;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spoiled recipes: each is read or refused in a sentence that is not long, soon. */
class HostileRecipesTest {
  private static final long SEED = Long.getLong("espalier.test.seed", 37);
  private static final Path RECIPES = Path.of("../conf/recipes");
  private static final long MOST_MS = 5_000;
  private static final int LONGEST = 20_000;

  @TempDir Path directory;

  private final List<String> faults = new ArrayList<>();
  private int read;
  private int refused;

  @Test
  void someSpoiledRecipesAreReadOrRefused() throws IOException {
    spoil(60);
  }

  @Test
  @Tag("slow")
  void manySpoiledRecipesAreReadOrRefused() throws IOException {
    spoil(400);
  }

  private void spoil(int count) throws IOException {
    Fuzzer fuzzer = new Fuzzer(SEED);
    List<Path> recipes;
    try (Stream<Path> files = Files.list(RECIPES)) {
      recipes = files.sorted().toList();
    }
    for (int i = 0; i < count; i++) {
      Path recipe = recipes.get(i % recipes.size());
      String text = fuzzer.mutate(Files.readString(recipe));
      Path file = directory.resolve(recipe.getFileName().toString());
      Files.writeString(file, text.replace("\ud800", "?"));
      check(String.format(Locale.ROOT, "%03d %s", i, recipe.getFileName()), file);
    }
    System.out.printf(
        Locale.ROOT,
        "%d spoiled recipes (seed %d): %d read, %d refused%n",
        count,
        SEED,
        read,
        refused);
    assertThat(faults).isEmpty();
    assertThat(refused).isGreaterThan(count / 4);
    assertThat(Path.of("owned")).doesNotExist();
  }

  private void check(String name, Path file) {
    long start = System.nanoTime();
    try {
      readAny(file);
      read++;
    } catch (UsageException | MalformedFileException e) {
      refused++;
      String said = String.valueOf(e.getMessage());
      if (!said.startsWith("Cannot ") || said.length() > LONGEST) {
        faults.add(name + " says: " + said.substring(0, Math.min(300, said.length())));
      }
    } catch (IOException | RuntimeException | StackOverflowError e) {
      faults.add(name + " throws " + e + " at " + List.of(e.getStackTrace()).subList(0, 4));
    }
    long ms = (System.nanoTime() - start) / 1_000_000;
    if (ms > MOST_MS) {
      faults.add(name + " took " + ms + " ms");
    }
  }

  private static Object readAny(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.contains("corpus")) {
      return CorpusRecipe.read(file);
    }
    if (name.contains("compare") || name.contains("precision") || name.contains("padding")) {
      return CompareRecipe.read(file);
    }
    return EncoderRecipe.isOne(file) ? EncoderRecipe.read(file) : TrainRecipe.read(file);
  }

  /** Nine levels of nine aliases: 387 million values, in a text of 500 characters. */
  private static String bomb(String wrong) {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      String alias = "*a" + (i - 1);
      yaml.append(
          String.format(
              Locale.ROOT,
              "a%d: &a%d [%s]\n",
              i,
              i,
              String.join(
                  ", ", List.of(alias, alias, alias, alias, alias, alias, alias, alias, alias))));
    }
    return yaml + wrong;
  }

  @Test
  void aliasesThatUnfoldWithoutEndAreRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("demo.yaml"), bomb("steps: *a8\n"));
    assertThatThrownBy(() -> TrainRecipe.read(file))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot read %s: its aliases unfold to more than 2000000 values. Write the values out"
                .formatted(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "steps: &a [*a]",
        "steps: &a [[*a], 1]",
        "steps: &a {b: {c: *a}}",
        "base: &a [*a]",
      })
  void valuesThatHoldThemselvesAreRefused(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("demo.yaml"), yaml + "\n");
    assertThatThrownBy(() -> TrainRecipe.read(file))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("line 1 holds itself by an alias. Write it out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"? [a, b]\n: 1\n", "steps: {[1, 2]: 3}\n", "{{a: 1}: 2}\n"})
  void keysAreTexts(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("demo.yaml"), yaml);
    assertThatThrownBy(() -> TrainRecipe.read(file))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("line 1 is a key, but no text. Write it out");
  }

  @Test
  void aLongValueIsShownByItsBeginning() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("demo.yaml"),
            "seed: \"a\\e[2J\\n\\u202e" + "b".repeat(9_000) + "\"\n");
    assertThatThrownBy(() -> TrainRecipe.read(file))
        .isInstanceOf(UsageException.class)
        .hasMessageContainingAll(
            "seed must be a whole number", ", found a\\u001B[2J\\u000A\\u202Ebbb")
        .extracting(Throwable::getMessage)
        .satisfies(message -> assertThat(message.toString()).hasSizeLessThan(2_000));
  }
}
