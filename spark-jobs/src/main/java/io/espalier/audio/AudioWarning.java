package io.espalier.audio;

/**
 * The closed list of what may be odd about audio that is usable all the same. It is written to the
 * {@code warnings} column, so a name here is part of the table format: add, never rename.
 */
public enum AudioWarning {
  /** The channels cancel each other out, so their mean is much quieter than each of them. */
  AUDIO_CHANNELS_CANCEL,
  /** Packets are missing and were replaced by silence. */
  AUDIO_GAPS
}
