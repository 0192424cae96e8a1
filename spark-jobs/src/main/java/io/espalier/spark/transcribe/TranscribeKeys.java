package io.espalier.spark.transcribe;

import io.espalier.audio.AudioLimits;
import io.espalier.conf.ConfKey;
import io.espalier.search.DecodingKeys;
import io.espalier.spark.context.SpeakerContext;
import io.espalier.spark.task.GpuAddress;
import java.util.List;
import java.util.Optional;

/** Every configuration key of {@code espalier transcribe}. */
public final class TranscribeKeys {
  /** Contexts to look at. */
  public static final ConfKey<Optional<String>> WITH_CONTEXTS =
      ConfKey.optionalText(
          "with-contexts",
          "Contexts of the manifest, as espalier context wrote them: speakers and sounds for the"
              + " gates, and languages where the manifest names none.");

  /** Run of the contexts. */
  public static final ConfKey<Optional<String>> CONTEXTS_RUN =
      ConfKey.optionalText(
          "contexts-run", "Run of the contexts table to take. Default: the last one.");

  /** What gates see of a speaker. */
  public static final ConfKey<SpeakerContext> SPEAKER_CONTEXT =
      ConfKey.choice(
          "speaker-context",
          SpeakerContext.UTTERANCE,
          "What gates see of a speaker: the utterance's own vector, or the centre of its cluster.");

  /** Names the rows to transcribe. */
  public static final ConfKey<Optional<String>> MANIFEST =
      ConfKey.optionalText("manifest", "Manifest to transcribe: a path or a table. Required.");

  /** Names the table that {@code transcribe} writes and {@code score} and {@code report} read. */
  public static final ConfKey<String> TABLE =
      ConfKey.text("table", "transcripts", "Transcripts: a table or a Parquet path.");

  /** Names the model. */
  public static final ConfKey<Optional<String>> BUNDLE =
      ConfKey.optionalText(
          "bundle", "Directory of the model bundle, on any Hadoop file system. Required.");

  /** Names the run. */
  public static final ConfKey<Optional<String>> RUN_ID =
      ConfKey.optionalText(
          "run-id",
          "Name of the run to begin or to resume. Default: the table's latest run of the same"
              + " fingerprint, else the time of the start.");

  /** Default language. */
  public static final ConfKey<String> LANGUAGE =
      ConfKey.text(
          "language",
          "auto",
          "Language of the rows that name none, such as deu, de or German; auto lets the model"
              + " identify it.");

  /** Default task. */
  public static final ConfKey<String> TASK =
      ConfKey.text("task", "asr", "Task of the rows that name none: asr, st_eng, ...");

  /** Size of a group. */
  public static final ConfKey<Integer> COMMIT_EVERY =
      ConfKey.integer(
          "commit-every",
          2000,
          1,
          1_000_000,
          "Rows, on average, that are committed together: what a kill may cost.");

  /** Error budget. */
  public static final ConfKey<Double> MAX_FAILED_FRACTION =
      ConfKey.decimal(
          "max-failed-fraction",
          0.05,
          0.0,
          1.0,
          "Share of the manifest's rows that may fail; beyond it the exit code is 1.");

  /** Columns that pass through. */
  public static final ConfKey<String> KEEP =
      ConfKey.text(
          "keep", "", "Columns of the manifest to pass through to the table, separated by commas.");

  /** Where to compute. */
  public static final ConfKey<String> DEVICE =
      ConfKey.text(
          "device",
          "auto",
          "auto is the GPU that Spark assigned to the task, else the CPU; cpu, cuda or cuda:N force"
              + " one.");

  /** Meaning of a GPU address. */
  public static final ConfKey<GpuAddress> GPU_ADDRESS =
      ConfKey.choice(
          "gpu-address",
          GpuAddress.AUTO,
          "What Spark's GPU address means: index is the CUDA index, visible its place in"
              + " CUDA_VISIBLE_DEVICES, first always device 0; auto is visible where that variable"
              + " names the address, else index.");

  /** Tasks of a group. */
  public static final ConfKey<Integer> PARTITIONS =
      ConfKey.integer(
          "partitions",
          0,
          0,
          100_000,
          "Tasks per group; 0 is one per task slot, or per GPU where they are scheduled.");

  /** Intra-op threads. */
  public static final ConfKey<Integer> THREADS =
      ConfKey.integer(
          "threads",
          0,
          0,
          1024,
          "Threads that one task computes with on the CPU; 0 is spark.task.cpus, and in local mode"
              + " the cores shared among the tasks of a group.");

  /** Decoding threads. */
  public static final ConfKey<Integer> DECODE_THREADS =
      ConfKey.integer(
          "decode-threads", 2, 1, 256, "Audio files that one task decodes at once, ahead of need.");

  /** Memory of decoded audio. */
  public static final ConfKey<Integer> DECODE_AHEAD_MB =
      ConfKey.integer(
          "decode-ahead-mb",
          256,
          1,
          65_536,
          "Decoded audio that one task holds ready, in MiB; 1 MiB is 16 seconds.");

  /** Trial runs. */
  public static final ConfKey<Integer> LIMIT =
      ConfKey.integer(
          "limit",
          0,
          0,
          Integer.MAX_VALUE,
          "Works on that many rows only, the first by utt_id; 0 is all.");

  /** Allowed storage. */
  public static final ConfKey<String> AUDIO_SCHEMES =
      ConfKey.text(
          "audio-schemes",
          "file,hdfs,viewfs,s3,s3a,gs,abfs,abfss,wasbs,oss,cosn,ofs,dbfs",
          "URI schemes that audio may be read from, separated by commas.");

  /** Limit of file size. */
  public static final ConfKey<Integer> AUDIO_MAX_MB =
      ConfKey.integer(
          "audio-max-mb",
          (int) (AudioLimits.DEFAULT_MAX_BYTES >> 20),
          1,
          2047,
          "Largest audio file, in MiB; it is not read beyond.");

  /** Limit of length. */
  public static final ConfKey<Double> AUDIO_MAX_DURATION_S =
      ConfKey.decimal(
          "audio-max-duration-s",
          AudioLimits.DEFAULT_MAX_DURATION_S,
          0.001,
          134_217.0,
          "Longest recording, in seconds.");

  /** Limit of channels. */
  public static final ConfKey<Integer> AUDIO_MAX_CHANNELS =
      ConfKey.integer(
          "audio-max-channels", AudioLimits.DEFAULT_MAX_CHANNELS, 1, 63, "Most channels.");

  /** Limit of rate. */
  public static final ConfKey<Integer> AUDIO_MAX_SAMPLE_RATE =
      ConfKey.integer(
          "audio-max-sample-rate",
          AudioLimits.DEFAULT_MAX_SAMPLE_RATE,
          AudioLimits.DEFAULT_MIN_SAMPLE_RATE,
          Integer.MAX_VALUE,
          "Highest sample rate, in Hz.");

  /** Limit of decoding time. */
  public static final ConfKey<Integer> AUDIO_TIMEOUT_S =
      ConfKey.integer(
          "audio-timeout-s",
          (int) (AudioLimits.DEFAULT_TIMEOUT_MS / 1000),
          1,
          86_400,
          "Longest time that decoding one file may take, in seconds.");

  /** All of them, in the order of the help page. */
  public static final List<ConfKey<?>> KEYS =
      List.of(
          MANIFEST,
          TABLE,
          BUNDLE,
          RUN_ID,
          LANGUAGE,
          TASK,
          KEEP,
          LIMIT,
          WITH_CONTEXTS,
          CONTEXTS_RUN,
          SPEAKER_CONTEXT,
          DecodingKeys.GATES,
          DecodingKeys.GATE_CONTEXT,
          DecodingKeys.TARGET_SPARSITY,
          DecodingKeys.SEARCH,
          DecodingKeys.BEAM,
          DecodingKeys.CTC_WEIGHT,
          DecodingKeys.MAX_LEN_RATIO,
          DecodingKeys.MIN_LEN_RATIO,
          DecodingKeys.PENALTY,
          DecodingKeys.NORMALIZE_LENGTH,
          DecodingKeys.TIMESTAMPS,
          DecodingKeys.CONDITION_ON_PREV_TEXT,
          DecodingKeys.END_TIME_THRESHOLD_S,
          DecodingKeys.SKIP_LAST_CHUNK_S,
          DecodingKeys.PAD,
          DecodingKeys.BATCH_SECONDS,
          COMMIT_EVERY,
          MAX_FAILED_FRACTION,
          DEVICE,
          GPU_ADDRESS,
          PARTITIONS,
          THREADS,
          DECODE_THREADS,
          DECODE_AHEAD_MB,
          AUDIO_SCHEMES,
          AUDIO_MAX_MB,
          AUDIO_MAX_DURATION_S,
          AUDIO_MAX_CHANNELS,
          AUDIO_MAX_SAMPLE_RATE,
          AUDIO_TIMEOUT_S);

  private TranscribeKeys() {}
}
