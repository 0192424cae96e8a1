package io.espalier.spark.stage;

import io.espalier.conf.ConfKey;
import io.espalier.spark.manifest.LanguageCodes;
import io.espalier.spark.quarantine.QuarantineKeys;
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

  /** Size of a commit. */
  public static final ConfKey<Integer> COMMIT_EVERY =
      ConfKey.integer(
          "commit-every",
          2000,
          1,
          1_000_000,
          "Finished rows that are enough for a commit. A kill can lose this many, and those that"
              + " are being computed.");

  /** Time of a commit. */
  public static final ConfKey<Integer> COMMIT_INTERVAL_S =
      ConfKey.integer(
          "commit-interval-s",
          300,
          1,
          1_000_000,
          "Longest time that a finished row waits for its commit, in seconds.");

  /** When snapshots go. */
  public static final ConfKey<Integer> SNAPSHOT_AGE_S =
      ConfKey.integer(
          "snapshot-age-s",
          3600,
          0,
          100_000_000,
          "Age at which Iceberg snapshots that Espalier has made expire, in seconds; queries may"
              + " take this long. 0 keeps all snapshots.");

  /** Snapshots that stay. */
  public static final ConfKey<Integer> SNAPSHOTS_KEPT =
      ConfKey.integer(
          "snapshots-kept",
          10,
          1,
          10_000,
          "Number of the latest Iceberg snapshots that never expire.");

  /** Patience with a full cluster. */
  public static final ConfKey<Integer> START_TIMEOUT_S =
      ConfKey.integer(
          "start-timeout-s",
          600,
          1,
          100_000_000,
          "Time that the first task may wait for a slot, in seconds; then the job ends.");

  /** Patience of whoever ends the driver. */
  public static final ConfKey<Integer> STOP_TIMEOUT_S =
      ConfKey.integer(
          "stop-timeout-s",
          60,
          1,
          100_000_000,
          "Time that a job may take to commit finished rows after SIGTERM or SIGINT, in seconds.");

  /** Error budget. */
  public static final ConfKey<Double> MAX_FAILED_FRACTION =
      ConfKey.decimal(
          "max-failed-fraction",
          0.05,
          0.0,
          1.0,
          "Share of the manifest's rows that may fail. If more fail, the exit code is 1.");

  /** Number of tasks. */
  public static final ConfKey<Integer> PARTITIONS =
      ConfKey.integer(
          "partitions",
          0,
          0,
          100_000,
          "Tasks that commit-every rows are divided into; 0 means at least one per task slot, or"
              + " per GPU if Spark schedules GPUs, and at most 256 rows per task.");

  /** How every stage commits, and how long it waits. */
  public static final List<ConfKey<?>> WORK =
      List.of(
          COMMIT_EVERY,
          COMMIT_INTERVAL_S,
          SNAPSHOT_AGE_S,
          SNAPSHOTS_KEPT,
          START_TIMEOUT_S,
          STOP_TIMEOUT_S,
          MAX_FAILED_FRACTION,
          QuarantineKeys.INFERENCE_TIMEOUT_S,
          QuarantineKeys.MAX_LOST_EXECUTORS,
          QuarantineKeys.IN_FLIGHT_DIR);

  /** Those that every stage has to be given. */
  public static final List<ConfKey<Optional<String>>> REQUIRED = List.of(MANIFEST, BUNDLE);

  private StageKeys() {}
}
