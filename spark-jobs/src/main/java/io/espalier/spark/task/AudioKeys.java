package io.espalier.spark.task;

import io.espalier.audio.AudioLimits;
import io.espalier.audio.decoder.IsolationChoice;
import io.espalier.conf.ConfKey;
import java.util.List;

/** The configuration keys of every command that reads audio. */
public final class AudioKeys {
  /** Allowed URI schemes. */
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
          "Largest audio file, in MiB. Larger files are not read to the end.");

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
          "audio-max-channels",
          AudioLimits.DEFAULT_MAX_CHANNELS,
          1,
          63,
          "Largest number of channels.");

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
          "Time limit for decoding one file, in seconds.");

  /** What decoder processes may reach. */
  public static final ConfKey<IsolationChoice> AUDIO_ISOLATION =
      ConfKey.choice(
          "audio-isolation",
          IsolationChoice.AUTO,
          "Keeps decoder processes from the network and from files with bubblewrap: auto where it"
              + " works, required or not at all, off.");

  /** All of them, in the order of the help pages. */
  public static final List<ConfKey<?>> KEYS =
      List.of(
          AUDIO_SCHEMES,
          AUDIO_MAX_MB,
          AUDIO_MAX_DURATION_S,
          AUDIO_MAX_CHANNELS,
          AUDIO_MAX_SAMPLE_RATE,
          AUDIO_TIMEOUT_S,
          AUDIO_ISOLATION);

  private AudioKeys() {}
}
