package io.espalier.checkpoint.espnet;

import io.espalier.files.MalformedFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Recognises by its first bytes a file that is not a checkpoint. */
final class TorchFormat {
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final String LFS_POINTER = "version https://git-lfs";
  private static final int HEAD_BYTES = 32;

  private TorchFormat() {}

  static void check(Path path) throws IOException {
    byte[] head = head(path);
    checkNotPointer(path, head);
    if (Arrays.equals(head, 0, Math.min(head.length, ZIP.length), ZIP, 0, ZIP.length)) {
      return;
    }
    if (head.length > 1 && (head[0] & 0xFF) == 0x80) {
      throw new MalformedFileException(
          ("Cannot read checkpoint %s: it is in PyTorch's format from before 1.6,"
                      + " which is not a zip. Open")
                  .formatted(path)
              + " it once with PyTorch and save it again: torch.save(torch.load(FILE,"
              + " map_location='cpu', weights_only=True), FILE)");
    }
    throw new MalformedFileException(
        "Cannot read checkpoint %s: it is not a file that torch.save wrote (no zip container)"
            .formatted(path));
  }

  /** Refuses the stand-in that a clone without Git LFS leaves in place of a large file. */
  static void checkNotPointer(Path path) throws IOException {
    checkNotPointer(path, head(path));
  }

  private static void checkNotPointer(Path path, byte[] head) throws MalformedFileException {
    if (new String(head, StandardCharsets.ISO_8859_1).startsWith(LFS_POINTER)) {
      throw new MalformedFileException(
          "Cannot read %s: it is a Git LFS pointer, not the file itself. Fetch it: git lfs pull"
              .formatted(path));
    }
  }

  private static byte[] head(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(HEAD_BYTES);
    }
  }
}
