package io.espalier.spark.task;

import io.espalier.audio.AudioLimits;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.audio.decoder.IsolationChoice;
import io.espalier.conf.EspalierConf;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The rules for reading audio, the same for every command.
 *
 * @param schemes URI schemes that audio may be read from, in lower case
 * @param limits limits of one file
 * @param isolation how far decoder processes must be kept apart from their executor
 */
public record AudioRules(List<String> schemes, AudioLimits limits, IsolationChoice isolation)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MIB = 1 << 20;

  /** Those of a user who has none. */
  public static final AudioRules DEFAULTS = of(EspalierConf.of(AudioKeys.KEYS, Map.of(), Map.of()));

  /** Rules that take what isolation there is. */
  public AudioRules(List<String> schemes, AudioLimits limits) {
    this(schemes, limits, IsolationChoice.AUTO);
  }

  public AudioRules {
    schemes = schemes.stream().map(scheme -> scheme.toLowerCase(Locale.ROOT)).toList();
  }

  /** The user's rules. */
  public static AudioRules of(EspalierConf conf) {
    return new AudioRules(
        conf.names(AudioKeys.AUDIO_SCHEMES),
        new AudioLimits(
            (long) conf.get(AudioKeys.AUDIO_MAX_MB) * MIB,
            conf.get(AudioKeys.AUDIO_MAX_DURATION_S),
            conf.get(AudioKeys.AUDIO_MAX_CHANNELS),
            AudioLimits.DEFAULT_MIN_SAMPLE_RATE,
            conf.get(AudioKeys.AUDIO_MAX_SAMPLE_RATE),
            conf.get(AudioKeys.AUDIO_TIMEOUT_S) * 1000L),
        conf.get(AudioKeys.AUDIO_ISOLATION));
  }

  /**
   * A decoder under these rules, which starts nothing yet.
   *
   * @param processes how many decoder processes may run at once
   */
  public AudioDecoder decoder(int processes) {
    return new AudioDecoder(limits, processes, isolation);
  }
}
