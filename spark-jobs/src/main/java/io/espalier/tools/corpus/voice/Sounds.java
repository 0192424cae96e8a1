package io.espalier.tools.corpus.voice;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.files.Resources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a voice says for each sound of the International Phonetic Alphabet, see {@code sounds.yaml}
 * beside this class: the nearest sounds of its own language.
 */
final class Sounds {
  private static final String RESOURCE = "sounds.yaml";

  /** Marks of stress, syllables and links that are no sounds. */
  private static final String MARKS = "[ˈˌ‿\\u0329\\u032A\\u032F\\u0361\\u200D.|-]";

  private final String silence;
  private final Map<String, List<String>> phones;

  private Sounds(String silence, Map<String, List<String>> phones) {
    this.silence = silence;
    this.phones = Map.copyOf(phones);
  }

  static Sounds of(String set) {
    Fields top = Fields.parse(RESOURCE, Resources.text(Sounds.class, RESOURCE));
    Sounds found = null;
    for (String name : top.names()) {
      Fields fields = top.child(name);
      String silence = fields.string("silence");
      Fields list = fields.child("phones");
      Map<String, List<String>> phones = new HashMap<>();
      list.names().forEach(sound -> phones.put(sound, list.strings(sound)));
      if (name.equals(set)) {
        found = new Sounds(silence, phones);
      }
    }
    top.finish(UsageException::new);
    if (found == null) {
      throw new IllegalArgumentException("No set of sounds is named " + set);
    }
    return found;
  }

  /** The sounds that it knows. */
  Set<String> sounds() {
    return phones.keySet();
  }

  /** Every phone that the voice may have to say. */
  Set<String> all() {
    Set<String> all = new TreeSet<>(Set.of(silence));
    phones.values().forEach(all::addAll);
    return all;
  }

  /** The voice's name of silence. */
  String silence() {
    return silence;
  }

  /**
   * What the voice says for a sound.
   *
   * @param sound as espeak-ng writes it, with a mark of stress
   * @return possibly nothing: Italians drop an h
   */
  List<String> phones(String sound) throws IOException {
    String bare = sound.replaceAll(MARKS, "");
    List<String> whole = phones.get(bare);
    if (whole != null || bare.isEmpty()) {
      return whole == null ? List.of() : whole;
    }
    // A diphthong, or a sound with a mark of length.
    List<String> parts = new ArrayList<>();
    for (int sign : bare.replace("ː", "").codePoints().toArray()) {
      String part = Character.toString(sign);
      List<String> known = phones.get(part);
      if (known == null) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "Cannot say the sound %s (U+%04X) of %s: %s does not have it",
                part,
                sign,
                sound,
                RESOURCE));
      }
      parts.addAll(known);
    }
    return parts;
  }
}
