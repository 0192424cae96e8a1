package io.espalier.spark.recovery;

import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the jobs of a history transcribe, and with what. */
interface HistoryModel {
  /** The demo's recordings. */
  Path RECORDINGS = Path.of("src/main/demo/audio").toAbsolutePath();

  /** Every hundredth row is a file that a decoder process reads. */
  int OTHER_FORMATS = 100;

  int rows();

  int commitEvery();

  /** What a row takes at least. */
  long rowMs();

  /** The file of a row, which is made if need be. */
  Path audio(TranscribeJob manifest, int row) throws IOException;

  /** The text that a row must get; empty where any will do. */
  Optional<String> text(int row);

  /** Options of the driver that tell it what to transcribe with. */
  List<String> options();

  /** The files that a decoder process reads; empty for other rows. */
  static Optional<Path> encoded(int row) throws IOException {
    if (row % OTHER_FORMATS != OTHER_FORMATS / 2) {
      return Optional.empty();
    }
    List<Path> all = recordings(".opus");
    return Optional.of(all.get(row / OTHER_FORMATS % all.size()));
  }

  /** The demo's recordings of one format. */
  static List<Path> recordings(String suffix) throws IOException {
    try (var files = Files.list(RECORDINGS)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
