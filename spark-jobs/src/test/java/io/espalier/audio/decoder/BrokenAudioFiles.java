package io.espalier.audio.decoder;

import io.espalier.outcome.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;

/** Ten files that no manifest should name, and the code that each must end with. */
public final class BrokenAudioFiles {
  /**
   * A file that must fail.
   *
   * @param path where it is, or would be
   * @param code the {@code error_code} of its row
   * @param onDisk whether there is a file whose bytes can be read
   */
  public record BrokenFile(Path path, ErrorCode code, boolean onDisk) {
    /** Name of the file. */
    public String name() {
      return path.getFileName().toString();
    }
  }

  private BrokenAudioFiles() {}

  /** Writes the files into a directory. */
  public static List<BrokenFile> writeAll(Path dir) throws IOException {
    List<BrokenFile> files = new ArrayList<>();
    files.add(write(dir, "empty.wav", new byte[0], ErrorCode.AUDIO_EMPTY));
    files.add(write(dir, "truncated.flac", truncatedFlac(), ErrorCode.AUDIO_TRUNCATED));
    files.add(write(dir, "text.mp3", text(), ErrorCode.AUDIO_FORMAT_REFUSED));
    files.add(write(dir, "video.mp4", TestAudio.silentVideo(), ErrorCode.AUDIO_NO_STREAM));
    files.add(write(dir, "eight.wav", eightChannels(), ErrorCode.AUDIO_SAMPLE_RATE_REFUSED));
    Path directory = Files.createDirectory(dir.resolve("directory.wav"));
    files.add(new BrokenFile(directory, ErrorCode.AUDIO_NOT_A_FILE, false));
    files.add(new BrokenFile(dir.resolve("missing.wav"), ErrorCode.AUDIO_NOT_FOUND, false));
    files.add(write(dir, "playlist.m4a", playlist(), ErrorCode.AUDIO_FORMAT_REFUSED));
    files.add(write(dir, "lie.wav", twoGigabyteLie(), ErrorCode.AUDIO_TRUNCATED));
    files.add(write(dir, "bomb.flac", bomb(), ErrorCode.AUDIO_TOO_LONG));
    return List.copyOf(files);
  }

  private static BrokenFile write(Path dir, String name, byte[] bytes, ErrorCode code)
      throws IOException {
    return new BrokenFile(Files.write(dir.resolve(name), bytes), code, true);
  }

  private static byte[] truncatedFlac() {
    byte[] flac = TestAudio.encode(".flac", avcodec.AV_CODEC_ID_FLAC, 16_000, 1, 3);
    return Arrays.copyOf(flac, flac.length / 2);
  }

  private static byte[] text() {
    return TestAudio.ascii("This is a shopping list, whatever its name says.\nBread\nMilk\n");
  }

  private static byte[] eightChannels() {
    return TestAudio.wav(192_000, 8, 0.1);
  }

  private static byte[] playlist() {
    return TestAudio.ascii("#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\nhttp://127.0.0.1/a.ts\n");
  }

  private static byte[] twoGigabyteLie() {
    return TestAudio.wav(1, 16_000, 1, 16, new byte[32_000], 2_000_000_000L);
  }

  /** Under 100 kB of silence that would be seven hours. */
  static byte[] bomb() {
    return FlacBomb.silence(7 * 3600);
  }
}
