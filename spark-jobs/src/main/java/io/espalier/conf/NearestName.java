package io.espalier.conf;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What somebody may have meant who wrote a name that is not known. */
final class NearestName {
  private NearestName() {}

  /** The known name that the fewest letters tell from this one; the first of several. */
  static Optional<String> of(String name, Collection<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream().min(Comparator.comparingInt(other -> distance.apply(other, name)));
  }
}
