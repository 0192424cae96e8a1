package io.espalier.tools.corpus;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.files.Utf8Text;
import io.espalier.tools.corpus.sound.AudioFormat;
import io.espalier.tools.corpus.voice.Maker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a corpus is made of. Two corpora of the same recipe are the same, sample for sample.
 *
 * @param name prefix of utterance ids
 * @param seed of every random choice
 * @param split whose sentences are used
 * @param voicesOf the split whose voices are used
 * @param vocabulary of the sentences
 * @param utterances language (ISO 639-3) to number of utterances
 * @param translationShare share of translation rows in languages other than English, 0 to 1
 * @param makers parts by which the utterances of a language are dealt to the makers of speech that
 *     have voices for it
 * @param voices voices per language and maker, 0 for all of the split
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
    Split voicesOf,
    Vocabulary vocabulary,
    Map<String, Integer> utterances,
    double translationShare,
    Map<Maker, Integer> makers,
    int voices,
    double rateDeviation,
    Map<Condition, Integer> conditions,
    double minSnrDb,
    double maxSnrDb,
    Map<AudioFormat, Integer> formats) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]+");

  public CorpusRecipe {
    utterances = Map.copyOf(utterances);
    makers = Collections.unmodifiableMap(new EnumMap<>(makers));
    conditions = Collections.unmodifiableMap(new EnumMap<>(conditions));
    formats = Collections.unmodifiableMap(new EnumMap<>(formats));
  }

  /** Reads a recipe file, see {@code conf/recipes/demo-corpus.yaml}. */
  public static CorpusRecipe read(Path file) throws IOException {
    return parse(file.toString(), Utf8Text.read(file));
  }

  static CorpusRecipe parse(String source, String yaml) {
    Fields top = Fields.parse(source, yaml);
    String name = top.string("name");
    if (top.has("name") && !NAME.matcher(name).matches()) {
      top.wrong("name", "lower-case letters, digits and underscores", name);
    }
    List<Double> snrDb = top.numbers("snr_db", 2);
    if (!snrDb.isEmpty() && snrDb.get(0) > snrDb.get(1)) {
      top.wrong("snr_db", "[lowest, highest]", snrDb);
    }
    Map<String, Integer> utterances = new LinkedHashMap<>();
    Fields languages = top.child("utterances");
    languages.names().forEach(code -> utterances.put(code, count(languages, code)));
    checkParts(top, "utterances");
    long seed = top.longInteger("seed");
    Split split = top.choice("split", List.of(Split.values()), Split::label);
    CorpusRecipe recipe =
        new CorpusRecipe(
            name,
            seed,
            split,
            top.has("voices_of")
                ? top.choice("voices_of", List.of(Split.values()), Split::label)
                : split,
            top.has("vocabulary")
                ? top.choice("vocabulary", List.of(Vocabulary.values()), Vocabulary::label)
                : Vocabulary.SIMPLE,
            utterances,
            top.number("translation_share", 0, 1),
            top.has("makers")
                ? parts(top, "makers", Maker.class, Maker::label)
                : Map.of(Maker.ESPEAK, 1),
            top.integer("voices", 0, Integer.MAX_VALUE),
            top.number("rate_deviation", 0, 0.5),
            parts(top, "conditions", Condition.class, Condition::label),
            snrDb.isEmpty() ? 0 : snrDb.get(0),
            snrDb.isEmpty() ? 0 : snrDb.get(1),
            parts(top, "formats", AudioFormat.class, AudioFormat::label));
    top.finish(UsageException::new);
    return recipe;
  }

  private static int count(Fields fields, String name) {
    return fields.integer(name, 0, Integer.MAX_VALUE);
  }

  private static <E extends Enum<E>> Map<E, Integer> parts(
      Fields top, String name, Class<E> type, Function<E, String> label) {
    Map<E, Integer> parts = new EnumMap<>(type);
    Fields fields = top.child(name);
    for (E kind : type.getEnumConstants()) {
      if (fields.has(label.apply(kind))) {
        parts.put(kind, count(fields, label.apply(kind)));
      }
    }
    checkParts(top, name);
    return parts;
  }

  private static void checkParts(Fields top, String name) {
    if (top.raw(name) instanceof Map<?, ?> given
        && given.values().stream().allMatch(Integer.valueOf(0)::equals)) {
      top.wrong(name, "parts that are not all 0", given);
    }
  }
}
