package io.espalier.audio.decoder;

/** How far decoder processes must be kept apart from their executor. */
public enum IsolationChoice {
  /** As far as the machine permits. */
  AUTO,

  /** Without network and without the executor's files, or not at all. */
  REQUIRED,

  /** Limits of memory and CPU time only. */
  OFF
}
