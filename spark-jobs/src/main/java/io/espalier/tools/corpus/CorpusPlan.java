package io.espalier.tools.corpus;

import io.espalier.conf.UsageException;
import io.espalier.tools.corpus.sound.AudioFormat;
import io.espalier.tools.corpus.voice.Maker;
import io.espalier.tools.corpus.voice.Voice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;

/** Converts a recipe into the list of its utterances, ready to speak. */
final class CorpusPlan {
  private static final int DRAWS_PER_SENTENCE = 10_000;

  private final CorpusRecipe recipe;
  private final Grammar grammar;
  private final VoiceCatalog catalog;

  CorpusPlan(CorpusRecipe recipe, Grammar grammar, VoiceCatalog catalog) {
    this.recipe = recipe;
    this.grammar = grammar;
    this.catalog = catalog;
  }

  /** Utterances in the order of their ids; no language says a sentence twice. */
  List<PlannedUtterance> utterances() {
    List<PlannedUtterance> utterances = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(recipe.seed());
    for (String language : grammar.languages()) {
      // Split even where nothing is made, so that one language's count leaves the others alone.
      SplittableRandom own = random.split();
      utterances.addAll(utterances(language, recipe.utterances().getOrDefault(language, 0), own));
    }
    Set<String> unknown = new HashSet<>(recipe.utterances().keySet());
    unknown.removeAll(grammar.languages());
    if (!unknown.isEmpty()) {
      throw new UsageException(
          "Cannot make utterances in %s: the grammar has %s"
              .formatted(unknown, grammar.languages()));
    }
    return utterances;
  }

  private List<PlannedUtterance> utterances(String language, int count, SplittableRandom random) {
    List<Sentence> sentences = sentences(language, count, random.split());
    List<Task> tasks = Deck.deal(tasks(language), count, random.split());
    List<Condition> conditions = Deck.deal(recipe.conditions(), count, random.split());
    List<AudioFormat> formats = Deck.deal(recipe.formats(), count, random.split());
    List<Voice> voices = voices(language, count, random.split());
    List<PlannedUtterance> utterances = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Condition condition = conditions.get(i);
      Voice voice = voices.get(i);
      double rate = 1 + recipe.rateDeviation() * (2 * random.nextDouble() - 1);
      double snrDb =
          recipe.minSnrDb() + (recipe.maxSnrDb() - recipe.minSnrDb()) * random.nextDouble();
      utterances.add(
          new PlannedUtterance(
              String.format(Locale.ROOT, "%s-%s-%05d", recipe.name(), language, i),
              sentences.get(i),
              voice,
              (int) Math.round(voice.speed() * rate),
              tasks.get(i),
              condition,
              condition.noisy() ? OptionalDouble.of(snrDb) : OptionalDouble.empty(),
              formats.get(i),
              random.nextLong()));
    }
    return utterances;
  }

  private List<Sentence> sentences(String language, int count, SplittableRandom random) {
    List<Sentence> sentences = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      sentences.add(newSentence(language, seen, random));
    }
    return sentences;
  }

  private Sentence newSentence(String language, Set<String> seen, SplittableRandom random) {
    for (int i = 0; i < DRAWS_PER_SENTENCE; i++) {
      Sentence sentence = grammar.draw(random);
      if (sentence.split() == recipe.split() && seen.add(sentence.text(language))) {
        return sentence;
      }
    }
    throw new UsageException(
        String.format(
            Locale.ROOT,
            "Cannot find another new %s sentence of split %s after %d. Reduce the number of"
                + " utterances",
            language,
            recipe.split().label(),
            seen.size()));
  }

  private Map<Task, Integer> tasks(String language) {
    double share = language.equals(Sentence.ENGLISH) ? 0 : recipe.translationShare();
    int translations = (int) Math.round(1000 * share);
    Map<Task, Integer> parts = new EnumMap<>(Task.class);
    parts.put(Task.ASR, 1000 - translations);
    parts.put(Task.TRANSLATE_TO_ENGLISH, translations);
    return parts;
  }

  private List<Voice> voices(String language, int count, SplittableRandom random) {
    Map<Maker, Integer> parts = new EnumMap<>(recipe.makers());
    parts.keySet().removeIf(maker -> catalog.voices(recipe.voicesOf(), language, maker).isEmpty());
    if (count == 0) {
      return List.of();
    }
    if (parts.isEmpty()) {
      throw new UsageException(
          "Cannot speak %s: none of the makers %s has a voice of split %s for it"
              .formatted(
                  language,
                  recipe.makers().keySet().stream().map(Maker::label).toList(),
                  recipe.voicesOf().label()));
    }
    List<Voice> voices = new ArrayList<>();
    Deck.counts(parts, count)
        .forEach(
            (maker, own) -> {
              List<Voice> used = used(language, maker, random);
              for (int i = 0; i < own; i++) {
                voices.add(used.get(i % used.size()));
              }
            });
    Deck.shuffle(voices, random);
    return voices;
  }

  private List<Voice> used(String language, Maker maker, SplittableRandom random) {
    List<Voice> all = new ArrayList<>(catalog.voices(recipe.voicesOf(), language, maker));
    Deck.shuffle(all, random);
    // Other makers than espeak-ng have few voices: all that there are.
    int used =
        recipe.voices() == 0
            ? all.size()
            : maker == Maker.ESPEAK ? recipe.voices() : Math.min(recipe.voices(), all.size());
    if (used > all.size()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot use %d voices for %s: split %s has only %d",
              used,
              language,
              recipe.voicesOf().label(),
              all.size()));
    }
    return all.subList(0, used);
  }
}
