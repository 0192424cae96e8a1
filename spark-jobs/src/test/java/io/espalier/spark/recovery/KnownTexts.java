package io.espalier.spark.recovery;

import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A transcriber whose texts are known, on tones that are as short as can be. */
record KnownTexts(int rows) implements HistoryModel {
  private static final int SOUNDS = 50;

  @Override
  public int commitEvery() {
    return 100;
  }

  @Override
  public long rowMs() {
    return 15;
  }

  @Override
  public Path audio(TranscribeJob manifest, int row) throws IOException {
    return HistoryModel.encoded(row).orElseGet(() -> manifest.wav(row % SOUNDS));
  }

  @Override
  public Optional<String> text(int row) {
    boolean other = row % OTHER_FORMATS == OTHER_FORMATS / 2;
    return other ? Optional.empty() : Optional.of(TranscribeJob.text(row % SOUNDS));
  }

  @Override
  public List<String> options() {
    return List.of();
  }
}
