package io.espalier.tools.corpus;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The voices of each split, see {@code voices.yaml} beside this class. A variant is listed in one
 * split only, so the splits share no voice; a pair of variant and pitch speaks one language only.
 */
public final class VoiceCatalog {
  private static final String RESOURCE = "voices.yaml";

  private record Timbres(List<String> variants, List<Integer> pitches) {}

  private final Map<String, List<String>> bases;
  private final List<Integer> speeds;
  private final List<Integer> gaps;
  private final Map<Split, Timbres> splits;
  private final List<String> languages;

  private VoiceCatalog(
      List<String> languages,
      Map<String, List<String>> bases,
      List<Integer> speeds,
      List<Integer> gaps,
      Map<Split, Timbres> splits) {
    this.languages = languages;
    this.bases = bases;
    this.speeds = speeds;
    this.gaps = gaps;
    this.splits = splits;
  }

  /** The voices of the synthetic corpus. */
  public static VoiceCatalog builtIn() {
    return parse(RESOURCE, Resources.text(RESOURCE));
  }

  static VoiceCatalog parse(String source, String yaml) {
    Fields top = Fields.parse(source, yaml);
    Fields base = top.child("base");
    Map<String, List<String>> bases = new HashMap<>();
    base.names().forEach(language -> bases.put(language, base.strings(language)));
    Fields fields = top.child("splits");
    Map<Split, Timbres> splits = new EnumMap<>(Split.class);
    Set<String> seen = new HashSet<>();
    for (Split split : Split.values()) {
      Fields timbres = fields.child(split.label());
      List<String> variants = timbres.strings("variants");
      for (String variant : variants) {
        if (!seen.add(variant)) {
          top.wrong("splits", "lists without a common variant", variant);
        }
      }
      splits.put(split, new Timbres(variants, timbres.integers("pitches")));
    }
    List<Integer> speeds = top.integers("speeds");
    List<Integer> gaps = top.integers("gaps");
    top.finish(UsageException::new);
    return new VoiceCatalog(List.copyOf(base.names()), bases, speeds, gaps, splits);
  }

  /** Voices of one split that speak a language, lowest pitch first. */
  public List<Voice> voices(Split split, String language) {
    int turn = languages.indexOf(language);
    if (turn < 0) {
      throw new UsageException(
          "Cannot speak %s: the voices know %s".formatted(language, languages));
    }
    Timbres timbres = splits.get(split);
    List<Voice> voices = new ArrayList<>();
    for (int p = 0; p < timbres.pitches().size(); p++) {
      for (int v = 0; v < timbres.variants().size(); v++) {
        // Each pitch moves the languages on by one variant, so that all get all kinds of variants.
        if ((v + p) % languages.size() == turn) {
          voices.add(voice(language, timbres, v, p));
        }
      }
    }
    return voices;
  }

  private Voice voice(String language, Timbres timbres, int v, int p) {
    List<String> base = bases.get(language);
    int turn = v / languages.size() + p;
    return new Voice(
        language,
        base.get(turn % base.size()),
        timbres.variants().get(v),
        timbres.pitches().get(p),
        speeds.get((v + 2 * p) % speeds.size()),
        gaps.get((v + p) % gaps.size()));
  }
}
