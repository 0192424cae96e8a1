package io.espalier.tools.corpus;

import io.espalier.tools.corpus.sound.AudioWriter;
import io.espalier.tools.corpus.voice.Synthesizer;
import io.espalier.tools.corpus.voice.Voice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes a synthetic speech corpus from a recipe: audio files and a manifest. Each utterance draws
 * its noise and room from its own seed, so the samples depend on neither order nor threads.
 */
public final class CorpusMaker {
  /** Name of the manifest in a corpus directory. */
  public static final String MANIFEST = "manifest.jsonl";

  private static final int TALKERS = 16;

  private CorpusMaker() {}

  /**
   * Makes a corpus.
   *
   * @param directory new or empty; receives {@code manifest.jsonl} and {@code audio/}
   * @return number of utterances
   */
  public static int make(CorpusRecipe recipe, Path directory, Synthesizer synthesizer)
      throws IOException, InterruptedException {
    Path audio = directory.resolve("audio");
    if (Files.exists(audio)) {
      throw new IOException(
          "Cannot make a corpus: %s exists. Remove it or give another directory".formatted(audio));
    }
    Grammar grammar = Grammar.of(recipe.vocabulary());
    VoiceCatalog catalog = VoiceCatalog.builtIn();
    List<PlannedUtterance> utterances = new CorpusPlan(recipe, grammar, catalog).utterances();
    Files.createDirectories(audio);
    List<float[]> talkers = talkers(recipe, grammar, catalog, synthesizer);
    render(new SpeechRenderer(synthesizer, talkers), utterances, directory);
    // Last, so that a corpus with a manifest is a whole one.
    ManifestWriter.write(directory.resolve(MANIFEST), recipe.split(), utterances);
    return utterances.size();
  }

  /** The background talkers of babble: sentences and voices of the recipe's own split. */
  private static List<float[]> talkers(
      CorpusRecipe recipe, Grammar grammar, VoiceCatalog catalog, Synthesizer synthesizer)
      throws IOException, InterruptedException {
    List<float[]> talkers = new ArrayList<>();
    if (recipe.conditions().getOrDefault(Condition.BABBLE, 0) == 0) {
      return talkers;
    }
    // Not the plan's stream of numbers: the background must not repeat the foreground's choices.
    SplittableRandom random = new SplittableRandom(~recipe.seed());
    while (talkers.size() < TALKERS) {
      Sentence sentence = grammar.draw(random);
      if (sentence.split() == recipe.split()) {
        String language = grammar.languages().get(talkers.size() % grammar.languages().size());
        List<Voice> voices = catalog.voices(recipe.voicesOf(), language);
        Voice voice = voices.get(random.nextInt(voices.size()));
        talkers.add(
            SpeechRenderer.speak(synthesizer, sentence.text(language), voice, voice.speed())
                .samples());
      }
    }
    return talkers;
  }

  private static void render(
      SpeechRenderer renderer, List<PlannedUtterance> utterances, Path directory)
      throws IOException, InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<?>> files = new ArrayList<>();
      for (PlannedUtterance utterance : utterances) {
        files.add(
            threads.submit(
                () -> {
                  Path file = directory.resolve(utterance.audio());
                  AudioWriter.write(file, utterance.format(), renderer.render(utterance));
                  return null;
                }));
      }
      for (Future<?> file : files) {
        file.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("Cannot make the corpus: " + e.getCause().getMessage(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }
}
