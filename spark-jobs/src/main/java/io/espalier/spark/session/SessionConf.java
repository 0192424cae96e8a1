package io.espalier.spark.session;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.spark.context.ContextKeys;
import io.espalier.spark.export.ExportKeys;
import io.espalier.spark.score.ScoreKeys;
import io.espalier.spark.table.FromScala;
import io.espalier.spark.task.TaskKeys;
import io.espalier.spark.transcribe.TranscribeKeys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** All configuration keys, and their values in a session. */
public final class SessionConf {
  private SessionConf() {}

  /** Every known key, group by group; one that several commands share is there once. */
  public static List<ConfKey<?>> keys() {
    return Stream.<List<ConfKey<?>>>of(
            SparkSessions.KEYS,
            TranscribeKeys.KEYS,
            ContextKeys.KEYS,
            ScoreKeys.KEYS,
            ScoreKeys.REPORT_KEYS,
            ExportKeys.KEYS,
            List.of(TaskKeys.SAMPLES_MB))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  /**
   * Resolves all keys against a session.
   *
   * @param options values by {@link ConfKey#name()}
   * @throws UsageException listing every unknown key and every invalid value
   */
  public static EspalierConf of(SparkSession spark, Map<String, String> options) {
    return of(FromScala.map(spark.conf().getAll()), options);
  }

  /**
   * Resolves all keys against a session.
   *
   * @param options values by {@link ConfKey#name()}
   * @param required keys that must have a value
   * @throws UsageException listing every unknown key, every invalid value and every missing one
   */
  public static EspalierConf of(
      SparkSession spark, Map<String, String> options, List<ConfKey<Optional<String>>> required) {
    return EspalierConf.of(keys(), required, FromScala.map(spark.conf().getAll()), options);
  }

  /**
   * Resolves all keys against properties.
   *
   * @param properties any Spark properties; those of others are ignored
   * @param options values by {@link ConfKey#name()}
   * @throws UsageException listing every unknown key and every invalid value
   */
  public static EspalierConf of(Map<String, String> properties, Map<String, String> options) {
    return EspalierConf.of(keys(), properties, options);
  }
}
