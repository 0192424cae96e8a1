package io.espalier.tools.corpus;

import io.espalier.conf.UsageException;
import io.espalier.conf.YamlFields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Parallel sentences in several languages, see {@code grammar.yaml} beside this class. Reading it
 * checks that every placeholder of every template resolves in every language, and that a template
 * uses the same slots in all of them, so that each sentence has an exact English translation.
 */
public final class Grammar {
  private static final String RESOURCE = "grammar.yaml";

  private final List<String> languages;
  private final List<Template> templates;

  private Grammar(List<String> languages, List<Template> templates) {
    this.languages = List.copyOf(languages);
    this.templates = List.copyOf(templates);
  }

  /** The grammar of the synthetic corpus: English, German, French and Italian. */
  public static Grammar builtIn() {
    return parse(RESOURCE, Resources.text(RESOURCE));
  }

  static Grammar parse(String source, String yaml) {
    YamlFields top = YamlFields.parse(source, yaml).only(Set.of("languages", "slots", "templates"));
    List<String> languages = top.strings("languages");
    if (!languages.contains(Sentence.ENGLISH)) {
      throw top.wrong("languages", "a list with " + Sentence.ENGLISH, languages);
    }
    Map<String, Slot> slots = slots(top.child("slots"));
    List<Template> templates = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (YamlFields fields : top.children("templates")) {
      Template template = template(fields, languages, slots);
      if (!ids.add(template.id())) {
        throw top.wrong("templates", "a list with unique ids", template.id());
      }
      templates.add(template);
    }
    return new Grammar(languages, templates);
  }

  private static Map<String, Slot> slots(YamlFields fields) {
    Map<String, Slot> slots = new LinkedHashMap<>();
    for (String name : fields.names()) {
      YamlFields slot = fields.child(name).only(Set.of("columns", "rows"));
      slots.put(name, new Slot(name, slot.strings("columns"), slot.table("rows")));
    }
    return slots;
  }

  private static Template template(
      YamlFields fields, List<String> languages, Map<String, Slot> slots) {
    Set<String> known = new HashSet<>(languages);
    known.add("id");
    String id = fields.only(known).string("id");
    Map<String, Wording> wordings = new HashMap<>();
    for (String language : languages) {
      wordings.put(language, Wording.parse(id, language, fields.string(language), slots));
    }
    Set<String> used = wordings.get(Sentence.ENGLISH).slots();
    wordings.forEach(
        (language, wording) -> {
          if (!wording.slots().equals(used)) {
            throw new UsageException(
                "Cannot translate template %s: slots are %s in English, %s in %s"
                    .formatted(id, used, wording.slots(), language));
          }
        });
    return new Template(id, wordings, used.stream().map(slots::get).toList());
  }

  /** ISO 639-3 codes of the languages. */
  public List<String> languages() {
    return languages;
  }

  /** Number of templates. */
  public int templates() {
    return templates.size();
  }

  /** Number of different sentences, over all splits. */
  public long size() {
    return templates.stream().mapToLong(Template::size).sum();
  }

  /** A sentence with a uniformly drawn template and uniformly drawn fillers, of any split. */
  public Sentence draw(SplittableRandom random) {
    return templates.get(random.nextInt(templates.size())).draw(random);
  }

  /** Every sentence of every split. */
  public void forEach(Consumer<Sentence> action) {
    templates.forEach(template -> template.forEach(action));
  }
}
