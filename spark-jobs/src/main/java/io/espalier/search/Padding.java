package io.espalier.search;

/** How much silence the encoder sees behind a short utterance. */
public enum Padding {
  /** Zeros up to the model's {@code speech_length}: what ESPnet does. */
  FULL,
  /** None: the real length, masked in batches. Cheaper, and not what the model was trained on. */
  NONE
}
