package io.espalier.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class Utf8TextTest {
  /** One, two, three and four bytes. */
  private static final int[] CHARACTERS = {'a', '\n', 'ß', 'Ж', '語', 0x1F600};

  @TempDir Path directory;

  @Test
  void textOfAnyLengthComesBackWhole() throws IOException {
    Random random = new Random(7);
    for (int length : new int[] {0, 1, 2, 70_000, 200_001}) {
      StringBuilder text = new StringBuilder();
      random.ints(length, 0, CHARACTERS.length).forEach(i -> text.appendCodePoint(CHARACTERS[i]));
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      assertThat(Utf8Text.decode(bytes, "x")).isEqualTo(text.toString());
      assertThat(text(new Dripping(bytes, random))).isEqualTo(text.toString());
    }
  }

  @Test
  void aFileIsReadByLines() throws IOException {
    Path file = Files.writeString(directory.resolve("a.txt"), "\uFEFFgrüße\r\nköln\n");
    assertThat(Utf8Text.readLines(file)).containsExactly("grüße", "köln");
  }

  @Test
  void latin1IsRefusedByLineAndByte() throws IOException {
    Path file =
        Files.write(directory.resolve("a.txt"), "one\ngrüße".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Utf8Text.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "Cannot read %s: line 2 is not UTF-8, byte 0xFC at offset 6. Convert it: for Latin-1,"
                    .formatted(file)
                + " iconv -f LATIN1 -t UTF-8");
  }

  @Test
  void theByteIsRightBehindAnyNumberOfOthers() {
    Random random = new Random(3);
    for (int i = 0; i < 40; i++) {
      int before = random.nextInt(140_000);
      byte[] bytes = "é".repeat(before).getBytes(StandardCharsets.UTF_8);
      bytes = Arrays.copyOf(bytes, bytes.length + 2);
      bytes[bytes.length - 2] = (byte) 0xE9;
      bytes[bytes.length - 1] = 'x';
      byte[] wrong = bytes;
      assertThatThrownBy(() -> Utf8Text.decode(wrong, "x"))
          .hasMessageContaining("line 1 is not UTF-8, byte 0xE9 at offset " + 2 * before + ".");
    }
  }

  @Test
  void aConfigurationIsRefusedByLineAndByte() throws IOException {
    Path file =
        Files.write(
            directory.resolve("config.yaml"),
            "a: 1\ntoken_list:\n- gr\u00fc\u00df\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> YamlFile.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("Cannot read %s: line 3 is not UTF-8, byte 0xFC".formatted(file));
  }

  @Test
  void aCharacterThatIsCutOffIsRefused() {
    assertThatThrownBy(() -> Utf8Text.decode(new byte[] {'a', (byte) 0xC3}, "x"))
        .hasMessageContaining("byte 0xC3 at offset 1");
  }

  @Test
  void surrogatesAndLongFormsAreRefused() {
    for (int[] bytes : new int[][] {{0xED, 0xA0, 0x80}, {0xC0, 0xAF}, {0xF8, 0x88}}) {
      byte[] wrong = new byte[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        wrong[i] = (byte) bytes[i];
      }
      assertThatThrownBy(() -> Utf8Text.decode(wrong, "x")).hasMessageContaining("at offset 0");
    }
  }

  @Test
  void utf16IsCalledByItsName() {
    for (String name : new String[] {"UTF-16", "UTF-16LE", "UTF-16BE"}) {
      byte[] bytes = "utt1 a.wav\n".getBytes(Charset.forName(name));
      assertThatThrownBy(() -> Utf8Text.decode(bytes, "wav.scp"))
          .hasMessageContaining("Cannot read wav.scp: line 1")
          .hasMessageContaining("iconv -f UTF-16 -t UTF-8");
    }
  }

  @Test
  @Timeout(20)
  void aLineIsHandedOutBeforeTheNextOneIsWritten() throws IOException {
    PipedOutputStream out = new PipedOutputStream();
    BufferedReader reader = Utf8Text.reader(new PipedInputStream(out), "standard input");
    for (String line : new String[] {"a", "ß", "語"}) {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      assertThat(reader.readLine()).isEqualTo(line);
    }
    out.write(0xFF);
    out.close();
    assertThatThrownBy(reader::readLine)
        .hasMessageContaining("Cannot read standard input: line 4")
        .hasMessageContaining("0xFF");
  }

  private static String text(InputStream in) throws IOException {
    try (BufferedReader reader = Utf8Text.reader(in, "x")) {
      StringBuilder text = new StringBuilder();
      char[] some = new char[1000];
      for (int count = reader.read(some); count >= 0; count = reader.read(some)) {
        text.append(some, 0, count);
      }
      return text.toString();
    }
  }

  /** Gives few bytes at a time, so that characters are parted anywhere. */
  private static final class Dripping extends ByteArrayInputStream {
    private final Random random;

    Dripping(byte[] bytes, Random random) {
      super(bytes);
      this.random = random;
    }

    @Override
    public synchronized int read(byte[] to, int offset, int length) {
      return super.read(to, offset, Math.min(length, 1 + random.nextInt(4000)));
    }
  }
}
