package io.espalier.checkpoint;

import io.espalier.files.BuildVersion;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The first entries of the card in a {@code bundle.yaml}; each writer adds its own. */
public final class ModelCard {
  private ModelCard() {}

  /** A card with a name and the program that wrote it, to be added to. */
  public static Map<String, Object> of(String name) {
    Map<String, Object> card = new LinkedHashMap<>();
    card.put("name", name);
    card.put("created_by", "Espalier " + BuildVersion.current());
    return card;
  }

  /** A card of one network, to be added to. */
  public static Map<String, Object> of(String name, long parameters, ImportOptions options) {
    Map<String, Object> card = of(name);
    card.put("parameters", parameters);
    card.put("dtype", options.precision().name().toLowerCase(Locale.ROOT));
    return card;
  }
}
