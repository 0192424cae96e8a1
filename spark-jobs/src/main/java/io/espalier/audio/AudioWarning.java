package io.espalier.audio;

/**
 * The closed list of what may be odd about audio that is usable all the same. It is written to the
 * {@code warnings} column, so a name here is part of the table format: add, never rename.
 */
public enum AudioWarning {
  /** The channels cancel each other, so their mean is far quieter than they are. */
  AUDIO_CHANNELS_CANCEL,
  /** Packets are missing; silence stands in their place. */
  AUDIO_GAPS
}
