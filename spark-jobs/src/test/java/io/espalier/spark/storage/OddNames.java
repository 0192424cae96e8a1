package io.espalier.spark.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What may stand in a column of paths and leads to no sound. */
final class OddNames {
  /** Names by hand. */
  static final List<String> BY_HAND =
      List.of(
          "",
          " ",
          "   ",
          "\t",
          ":",
          "::",
          ":/",
          "a:b:c",
          "12:30.wav",
          "call:1.wav",
          "/",
          "//",
          "///",
          "//server/share/x.wav",
          "////",
          ".",
          "..",
          "/..",
          "/../../x.wav",
          "x.wav",
          "./x.wav",
          "~",
          "~/x.wav",
          "~root/x.wav",
          "%",
          "%zz",
          "/none/%zz.wav",
          "/none/%4",
          "/none/%00.wav",
          "file:///none/%00.wav",
          "file:///none/%zz.wav",
          "file:///none/my%20file.wav",
          "file:///none/M%E4rz.wav",
          "file:",
          "file:/",
          "file://",
          "file:///",
          "file:x.wav",
          "file:./x.wav",
          "FILE:/none/x.wav",
          "file://server/share/x.wav",
          "file://localhost/none/x.wav",
          "file://localhost:80/none/x.wav",
          "file://user@server/none/x.wav",
          "file://[::1]/x.wav",
          "file://%zz/x.wav",
          "file://a b/x.wav",
          "C:\\x.wav",
          "C:/x.wav",
          "c:x.wav",
          "\\\\server\\share\\x.wav",
          "\\x.wav",
          "http://example.org/x.wav",
          "http://example.org/my file.wav",
          "https://example.org/a b?c=d#e",
          "ftp://x/y.wav",
          "data:audio/wav;base64,AAAA",
          "s3://bucket/x.wav",
          "s3a://bucket/x.wav",
          "s3a://bucket",
          "s3a://",
          "s3a:/x.wav",
          "s3a:///x.wav",
          "s3a://buck et/x.wav",
          "gs://bucket/x.wav",
          "hdfs:///x.wav",
          "hdfs:/x.wav",
          "hdfs://no-such-host.invalid/x.wav",
          "hdfs://no such host/x.wav",
          "hdfs://host:port/x.wav",
          "hdfs://:9000/x.wav",
          "viewfs://none/x.wav",
          "viewfs:///x.wav",
          "unknown://x/y.wav",
          "unknown:y.wav",
          "1abc:/x.wav",
          "-:/x.wav",
          "/none/a\nb.wav",
          "/none/a\rb.wav",
          "/none/a\tb.wav",
          "/none/a\0b.wav",
          "\0",
          "/none/\u0001\u001b[31mred.wav",
          "/none/\u202Egpj.wav",
          "/none/\uFFFD.wav",
          "/none/half \uD83D.wav",
          "/none/\uD83D\uDE00.wav",
          "/none/K\u00e4se.wav",
          "/none/[1]{2,3}*?.wav",
          "/none/" + "x".repeat(300) + ".wav",
          "/" + "x/".repeat(3000) + "y.wav",
          "x".repeat(100_000),
          "/dev/null",
          "/dev/zero",
          "/dev/tty",
          "/proc/self/mem",
          "/etc",
          "sox x.flac -t wav - |",
          "a.zip!/x.wav",
          "jar:file:/a.jar!/x.wav",
          "<nul>",
          "NULL",
          "'; DROP TABLE x; --");

  private static final String[] PIECES = {
    "file", "hdfs", "s3a", "http", ":", "/", "//", "\\", "%", "%20", "%zz", "%00", "?", "#", "@",
        "[",
    "]", "{", "}", "*", "~", ".", "..", " ", "\n", "\0", "\u001b", "\uFFFD", "\uD800", "ä", "语",
        "none",
    "localhost", "x.wav", ",", ";", "|", "$HOME", "`", "'", "\"", "-", "1", "é"
  };

  private OddNames() {}

  /** Names of random pieces, most of which look like URIs. */
  static List<String> random(long seed, int count) {
    Random random = new Random(seed);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder name = new StringBuilder();
      int pieces = 1 + random.nextInt(8);
      for (int j = 0; j < pieces; j++) {
        name.append(PIECES[random.nextInt(PIECES.length)]);
      }
      names.add(name.toString());
    }
    return names;
  }
}
