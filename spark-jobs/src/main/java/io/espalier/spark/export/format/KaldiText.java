package io.espalier.spark.export.format;

/** The file {@code text} of a Kaldi data directory: a line for each recording. */
record KaldiText() implements TranscriptFormat {
  @Override
  public String body(Recording recording) {
    return (Texts.withoutSpaces(recording.id()) + " " + recording.text()).strip() + "\n";
  }
}
