package io.espalier.tools.corpus;

import io.espalier.conf.UsageException;
import io.espalier.conf.YamlFields;
import io.espalier.files.Utf8Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What a corpus is made of. Two corpora of the same recipe are the same, sample for sample.
 *
 * @param name prefix of utterance ids
 * @param seed of every random choice
 * @param split whose sentences and voices are used
 * @param utterances language (ISO 639-3) to number of utterances
 * @param translationShare share of translation rows in languages other than English, 0 to 1
 * @param voices voices per language, 0 for all of the split
 * @param rateDeviation largest relative deviation of the speaking rate from the voice's, 0 to 0.5
 * @param conditions parts by which conditions are dealt
 * @param minSnrDb lowest signal-to-noise ratio of noisy conditions, in dB
 * @param maxSnrDb highest signal-to-noise ratio of noisy conditions, in dB
 * @param formats parts by which file formats are dealt
 */
public record CorpusRecipe(
    String name,
    long seed,
    Split split,
    Map<String, Integer> utterances,
    double translationShare,
    int voices,
    double rateDeviation,
    Map<Condition, Integer> conditions,
    double minSnrDb,
    double maxSnrDb,
    Map<AudioFormat, Integer> formats) {
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "seed",
          "split",
          "utterances",
          "translation_share",
          "voices",
          "rate_deviation",
          "conditions",
          "snr_db",
          "formats");

  public CorpusRecipe {
    check(name.matches("[a-z0-9_]+"), "name", name, "lower-case letters, digits and underscores");
    check(
        translationShare >= 0 && translationShare <= 1,
        "translation_share",
        translationShare,
        "0 to 1");
    check(voices >= 0, "voices", voices, "0 or more");
    check(rateDeviation >= 0 && rateDeviation <= 0.5, "rate_deviation", rateDeviation, "0 to 0.5");
    check(minSnrDb <= maxSnrDb, "snr_db", minSnrDb + " to " + maxSnrDb, "lowest first");
    checkParts("utterances", utterances);
    checkParts("conditions", conditions);
    checkParts("formats", formats);
    utterances = Map.copyOf(utterances);
    conditions = new EnumMap<>(conditions);
    formats = new EnumMap<>(formats);
  }

  /** Reads a recipe file, see {@code conf/recipes/demo-corpus.yaml}. */
  public static CorpusRecipe read(Path file) throws IOException {
    return parse(file.toString(), Utf8Text.read(file));
  }

  static CorpusRecipe parse(String source, String yaml) {
    YamlFields top = YamlFields.parse(source, yaml).only(KEYS);
    List<Double> snrDb = top.numbers("snr_db");
    if (snrDb.size() != 2) {
      throw top.wrong("snr_db", "[lowest, highest]", snrDb);
    }
    return new CorpusRecipe(
        top.string("name"),
        top.longInteger("seed"),
        choice(top, "split", top.string("split"), Split.values(), Split::label),
        counts(top.child("utterances")),
        top.number("translation_share"),
        top.integer("voices"),
        top.number("rate_deviation"),
        parts(top, "conditions", Condition.class, Condition::label),
        snrDb.get(0),
        snrDb.get(1),
        parts(top, "formats", AudioFormat.class, AudioFormat::label));
  }

  private static Map<String, Integer> counts(YamlFields fields) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    fields.names().forEach(name -> counts.put(name, fields.integer(name)));
    return counts;
  }

  private static <E extends Enum<E>> Map<E, Integer> parts(
      YamlFields top, String name, Class<E> type, Function<E, String> label) {
    Map<E, Integer> parts = new EnumMap<>(type);
    counts(top.child(name))
        .forEach(
            (key, part) -> parts.put(choice(top, name, key, type.getEnumConstants(), label), part));
    return parts;
  }

  private static <E> E choice(
      YamlFields top, String name, String text, E[] values, Function<E, String> label) {
    return Arrays.stream(values)
        .filter(value -> label.apply(value).equals(text))
        .findFirst()
        .orElseThrow(
            () -> top.wrong(name, "of " + Arrays.stream(values).map(label).toList(), text));
  }

  private static void checkParts(String key, Map<?, Integer> parts) {
    boolean positive = parts.values().stream().anyMatch(part -> part > 0);
    boolean negative = parts.values().stream().anyMatch(part -> part < 0);
    check(positive && !negative, key, parts, "whole numbers from 0, not all 0");
  }

  private static void check(boolean valid, String key, Object value, String expected) {
    if (!valid) {
      throw new UsageException(
          "Cannot make a corpus: %s is %s, must be %s".formatted(key, value, expected));
    }
  }
}
