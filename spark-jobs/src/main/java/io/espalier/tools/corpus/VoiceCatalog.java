package io.espalier.tools.corpus;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.files.Resources;
import io.espalier.tools.corpus.voice.Maker;
import io.espalier.tools.corpus.voice.Voice;
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

  /** A voice of another maker than espeak-ng, and what it becomes in each split. */
  private record Other(
      Maker maker, String name, List<String> languages, Map<Split, Changes> changes) {}

  private record Changes(List<Double> sizes, List<Integer> pitches) {}

  private final Map<String, List<String>> bases;
  private final List<Integer> speeds;
  private final List<Integer> gaps;
  private final Map<Split, Timbres> splits;
  private final List<String> languages;
  private final List<Other> others;

  private VoiceCatalog(
      List<String> languages,
      Map<String, List<String>> bases,
      List<Integer> speeds,
      List<Integer> gaps,
      Map<Split, Timbres> splits,
      List<Other> others) {
    this.languages = languages;
    this.bases = bases;
    this.speeds = speeds;
    this.gaps = gaps;
    this.splits = splits;
    this.others = others;
  }

  /** The voices of the synthetic corpus. */
  public static VoiceCatalog builtIn() {
    return parse(RESOURCE, Resources.text(VoiceCatalog.class, RESOURCE));
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
    List<Other> others = new ArrayList<>();
    if (top.has("others")) {
      top.children("others").forEach(other -> others.add(other(other)));
    }
    top.finish(UsageException::new);
    return new VoiceCatalog(List.copyOf(base.names()), bases, speeds, gaps, splits, others);
  }

  private static Other other(Fields fields) {
    List<Maker> makers = List.of(Maker.FLITE, Maker.FESTIVAL, Maker.ACCENT);
    Maker maker = fields.choice("maker", makers, Maker::label);
    Map<Split, Changes> changes = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      if (fields.has(split.label())) {
        Fields own = fields.child(split.label());
        changes.put(split, new Changes(own.numbers("sizes"), own.integers("pitches")));
      }
    }
    return new Other(maker, fields.string("name"), fields.strings("languages"), changes);
  }

  /** Voices of one split and maker that speak a language, lowest pitch first for espeak-ng. */
  public List<Voice> voices(Split split, String language, Maker maker) {
    if (maker == Maker.ESPEAK) {
      return voices(split, language);
    }
    List<Voice> voices = new ArrayList<>();
    for (Other other : others) {
      Changes changes = other.changes().get(split);
      if (other.maker() == maker && other.languages().contains(language) && changes != null) {
        for (double size : changes.sizes()) {
          for (int pitch : changes.pitches()) {
            int turn = voices.size();
            voices.add(
                new Voice(
                    maker,
                    language,
                    "",
                    other.name(),
                    pitch,
                    speeds.get(turn % speeds.size()),
                    gaps.get(turn % gaps.size()),
                    size));
          }
        }
      }
    }
    return voices;
  }

  /** Voices of espeak-ng of one split that speak a language, lowest pitch first. */
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
    return Voice.espeak(
        language,
        base.get(turn % base.size()),
        timbres.variants().get(v),
        timbres.pitches().get(p),
        speeds.get((v + 2 * p) % speeds.size()),
        gaps.get((v + p) % gaps.size()));
  }
}
