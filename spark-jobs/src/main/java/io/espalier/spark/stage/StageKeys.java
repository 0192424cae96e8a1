package io.espalier.spark.stage;

import io.espalier.conf.ConfKey;
import io.espalier.spark.manifest.LanguageCodes;
import java.util.List;
import java.util.Optional;

/** The configuration keys of every stage. */
public final class StageKeys {
  /** Names the rows to transcribe. */
  public static final ConfKey<Optional<String>> MANIFEST =
      ConfKey.optionalText("manifest", "Manifest to transcribe: a path or a table. Required.");

  /** Names the model. */
  public static final ConfKey<Optional<String>> BUNDLE =
      ConfKey.optionalText(
          "bundle", "Directory of the model bundle, on any Hadoop file system. Required.");

  /** Names the run. */
  public static final ConfKey<Optional<String>> RUN_ID =
      ConfKey.optionalText(
          "run-id",
          "Name of the run to start or resume. Default: the latest run in the table with the same"
              + " fingerprint; if there is none, the start time.");

  /** Default language. */
  public static final ConfKey<String> LANGUAGE =
      ConfKey.text(
          "language",
          LanguageCodes.IDENTIFY,
          "LANGUAGE",
          "Language of the rows that name none, such as deu, de or German; with auto, the model"
              + " identifies it.",
          text -> LanguageCodes.option(text, "--language").orElse(LanguageCodes.IDENTIFY));

  /** Trial runs. */
  public static final ConfKey<Integer> LIMIT =
      ConfKey.integer(
          "limit",
          0,
          0,
          Integer.MAX_VALUE,
          "Number of rows to process, the first by utt_id; 0 means all.");

  /** Size of a group. */
  public static final ConfKey<Integer> COMMIT_EVERY =
      ConfKey.integer(
          "commit-every",
          2000,
          1,
          1_000_000,
          "Average number of rows per commit. A kill can lose this many rows.");

  /** Error budget. */
  public static final ConfKey<Double> MAX_FAILED_FRACTION =
      ConfKey.decimal(
          "max-failed-fraction",
          0.05,
          0.0,
          1.0,
          "Share of the manifest's rows that may fail. If more fail, the exit code is 1.");

  /** Tasks of a group. */
  public static final ConfKey<Integer> PARTITIONS =
      ConfKey.integer(
          "partitions",
          0,
          0,
          100_000,
          "Tasks per group; 0 means one per task slot, or one per GPU if Spark schedules GPUs.");

  /** Those that every stage has to be given. */
  public static final List<ConfKey<Optional<String>>> REQUIRED = List.of(MANIFEST, BUNDLE);

  private StageKeys() {}
}
