package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a command says when it fails. */
final class Sentence {
  /** How Spark logs before Espalier, which configures logging, has begun. */
  private static final Predicate<String> EARLY =
      Pattern.compile("(\\d\\d/){2}\\d\\d (\\d\\d:){2}\\d\\d WARN .*").asMatchPredicate();

  private Sentence() {}

  /**
   * The only line on standard error, after those of {@code spark-submit} itself and besides the
   * hint to {@code --verbose}.
   */
  static String of(Call call) {
    List<String> lines =
        call.err()
            .lines()
            .dropWhile(EARLY)
            .filter(line -> !line.startsWith("Add --verbose"))
            .toList();
    assertThat(lines).as(call.said()).hasSize(1);
    return lines.get(0);
  }
}
