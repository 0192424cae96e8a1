package io.espalier.spark.run;

import io.espalier.conf.ConfKey;
import io.espalier.spark.context.ContextKeys;
import io.espalier.spark.score.ScoreKeys;
import io.espalier.spark.task.TaskKeys;
import io.espalier.spark.transcribe.TranscribeKeys;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The configuration keys of {@code espalier run}: the keys of its stages and one of its own. */
public final class RunKeys {
  /** All that the command reads, in the order of the help page. */
  public static final List<ConfKey<?>> KEYS = keys();

  private RunKeys() {}

  private static List<ConfKey<?>> keys() {
    Set<ConfKey<?>> keys = new LinkedHashSet<>(TranscribeKeys.KEYS);
    keys.remove(TranscribeKeys.WITH_CONTEXTS);
    keys.remove(TranscribeKeys.CONTEXTS_RUN);
    keys.addAll(ContextKeys.KEYS);
    keys.addAll(ScoreKeys.KEYS);
    keys.add(TaskKeys.SAMPLES_MB);
    return List.copyOf(keys);
  }
}
