package io.espalier.spark.run;

import io.espalier.conf.ConfKey;
import io.espalier.spark.context.ContextKeys;
import io.espalier.spark.score.ScoreKeys;
import io.espalier.spark.transcribe.TranscribeKeys;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The configuration keys of {@code espalier run}: those of its stages, and its own. */
public final class RunKeys {
  /** Room for samples between the stages. */
  public static final ConfKey<Integer> SAMPLES_MB =
      ConfKey.integer(
          "samples-mb",
          512,
          0,
          1 << 20,
          "Decoded samples that run keeps in each executor between contexts and transcripts, in"
              + " MiB: 16 minutes of audio take 60. What does not fit is decoded again.");

  /** All that the command reads, in the order of the help page. */
  public static final List<ConfKey<?>> KEYS = keys();

  private RunKeys() {}

  private static List<ConfKey<?>> keys() {
    Set<ConfKey<?>> keys = new LinkedHashSet<>(TranscribeKeys.KEYS);
    keys.remove(TranscribeKeys.WITH_CONTEXTS);
    keys.remove(TranscribeKeys.CONTEXTS_RUN);
    keys.addAll(ContextKeys.KEYS);
    keys.addAll(ScoreKeys.KEYS);
    keys.add(SAMPLES_MB);
    return List.copyOf(keys);
  }
}
