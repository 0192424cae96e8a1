package io.espalier.spark.recovery;

import io.espalier.audio.decoder.TestAudio;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The demo's model on parts of the demo's recordings, half a second to a second long.
 *
 * @param directory for the parts
 * @param texts of all rows; empty if they are not known yet
 */
record DemoModel(Path directory, int rows, List<String> texts) implements HistoryModel {
  private static final int RATE = 16_000;
  private static final int HEADER_BYTES = 44;
  private static final int SOUNDS = 48;

  @Override
  public int commitEvery() {
    return 20;
  }

  @Override
  public long rowMs() {
    return 60;
  }

  @Override
  public Path audio(TranscribeJob manifest, int row) throws IOException {
    Optional<Path> encoded = HistoryModel.encoded(row);
    return encoded.isPresent() ? encoded.get() : part(row % SOUNDS);
  }

  private Path part(int sound) throws IOException {
    Path part = directory.resolve(String.format(Locale.ROOT, "part-%02d.wav", sound));
    if (Files.notExists(part)) {
      List<Path> recordings = HistoryModel.recordings(".wav");
      byte[] file = Files.readAllBytes(recordings.get(sound % recordings.size()));
      int start = sound / recordings.size() * RATE / 4;
      short[] samples = new short[RATE * (5 + sound % 6) / 10];
      ByteBuffer.wrap(file)
          .order(ByteOrder.LITTLE_ENDIAN)
          .position(HEADER_BYTES + 2 * start)
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asShortBuffer()
          .get(samples);
      Files.write(part, TestAudio.wav(RATE, 1, samples));
    }
    return part;
  }

  @Override
  public Optional<String> text(int row) {
    return texts.isEmpty() ? Optional.empty() : Optional.of(texts.get(row));
  }

  @Override
  public List<String> options() {
    return List.of(
        "recovery.bundle=" + RECORDINGS.resolveSibling("bundle"),
        "recovery.pad=none",
        "recovery.beam=1");
  }
}
