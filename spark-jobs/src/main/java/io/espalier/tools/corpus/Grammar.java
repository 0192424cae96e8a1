package io.espalier.tools.corpus;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.files.Resources;
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
  private final List<String> languages;
  private final List<Template> templates;

  private Grammar(List<String> languages, List<Template> templates) {
    this.languages = List.copyOf(languages);
    this.templates = List.copyOf(templates);
  }

  /** A grammar of the synthetic corpus: English, German, French and Italian. */
  public static Grammar of(Vocabulary vocabulary) {
    String resource = vocabulary.resource();
    return parse(resource, Resources.text(Grammar.class, resource));
  }

  static Grammar parse(String source, String yaml) {
    Fields top = Fields.parse(source, yaml);
    List<String> languages = top.strings("languages");
    if (top.has("languages") && !languages.contains(Sentence.ENGLISH)) {
      top.wrong("languages", "a list with " + Sentence.ENGLISH, languages);
    }
    Map<String, Slot> slots = slots(top.child("slots"));
    // Without English or a slot, every template would be wrong.
    boolean complete =
        languages.contains(Sentence.ENGLISH) && slots.size() == top.child("slots").names().size();
    List<Template> templates = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Fields fields : top.children("templates")) {
      String id = fields.string("id");
      if (!ids.add(id)) {
        fields.wrong("id", "unique", id);
      }
      if (!complete) {
        fields.names();
        continue;
      }
      Template template = fields.make(null, () -> template(id, fields, languages, slots));
      if (template != null) {
        templates.add(template);
      }
    }
    top.finish(UsageException::new);
    return new Grammar(languages, templates);
  }

  private static Map<String, Slot> slots(Fields fields) {
    Map<String, Slot> slots = new LinkedHashMap<>();
    for (String name : fields.names()) {
      Fields slot = fields.child(name);
      Slot read =
          slot.make(null, () -> new Slot(name, slot.strings("columns"), slot.table("rows")));
      if (read != null) {
        slots.put(name, read);
      }
    }
    return slots;
  }

  private static Template template(
      String id, Fields fields, List<String> languages, Map<String, Slot> slots) {
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
