package io.espalier.spark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.parquet.io.api.Binary;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sources that people have, through the command line: each becomes a manifest with the values that
 * it says, or is refused in a sentence. Spark never speaks.
 */
class OddSourcesTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  /** Puts a source into a directory and gives its path. */
  private interface Maker {
    Object make(Path directory) throws IOException;
  }

  /**
   * A source.
   *
   * @param sql columns to look at in the manifest; null if it is refused
   * @param expected the values, in the order of the ids, or parts of the message
   * @param options of the command
   */
  private record Odd(
      String name, Maker maker, String sql, List<String> expected, List<String> options) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Odd read(String name, Maker maker, String sql, String rows, String... options) {
    return new Odd(name, maker, sql, List.of(rows.split("\n")), List.of(options));
  }

  private static Odd refused(String name, Maker maker, String... parts) {
    return new Odd(name, maker, null, List.of(parts), List.of());
  }

  private static Odd refusedWith(
      String option, String value, String name, Maker maker, String... parts) {
    return new Odd(name, maker, null, List.of(parts), List.of(option, value));
  }

  @ParameterizedTest
  @MethodSource({"parquetFiles", "foldersOfFiles", "delimitedFiles", "jsonFiles", "audioColumns"})
  void anOddSourceIsReadOrRefusedInASentence(Odd odd) throws IOException {
    String source = odd.maker().make(directory).toString();
    String table = "odd_" + UUID.randomUUID().toString().replace('-', '_');
    String[] command =
        Stream.concat(Stream.of("manifest", source, "-o", table), odd.options().stream())
            .toArray(String[]::new);
    CommandRun run = CommandRun.of(command);
    String said = run.out() + run.err();
    assertThat(said).doesNotContain("Exception", "\tat ", "caused by", "org.apache", "[INTERNAL");
    if (odd.sql() == null) {
      assertThat(run.code()).as(said).isEqualTo(2);
      assertThat(run.err()).contains(odd.expected());
      assertThat(SPARK.catalog().tableExists(table)).isFalse();
    } else {
      assertThat(run.code()).as(said).isZero();
      assertThat(
              SPARK.table(table).orderBy("utt_id").selectExpr(odd.sql().split(";")).collectAsList())
          .extracting(row -> row.mkString("|"))
          .containsExactlyElementsOf(odd.expected());
    }
  }

  static Stream<Odd> parquetFiles() {
    return Stream.of(
        read("a time of day", with("optional int64 t (TIME(MICROS,true));"), "utt_id", "a"),
        read("nanoseconds", with("optional int64 t (TIMESTAMP(NANOS,true));"), "utt_id", "a"),
        read("a UUID", with("optional fixed_len_byte_array(16) t (UUID);"), "utt_id", "a"),
        read("an interval", with("optional fixed_len_byte_array(12) t (INTERVAL);"), "utt_id", "a"),
        read(
            "a decimal of 60 digits",
            with("optional fixed_len_byte_array(26) t (DECIMAL(60,2));"),
            "utt_id",
            "a"),
        read(
            "a field of a struct that cannot be read",
            with("optional group m { optional int64 t (TIME(MICROS,true)); optional int32 n; }"),
            "utt_id;to_json(m)",
            "a|null"),
        read("a signed byte", with("optional int32 t (INTEGER(8,true));"), "utt_id;t", "a|null"),
        read("an INT96", with("optional int96 t;"), "utt_id;t", "a|null"),
        read(
            "an id without a sign",
            directory ->
                parquet(
                    directory.resolve("m.parquet"),
                    "required int64 utt_id (INTEGER(64,false)); required binary audio (UTF8);",
                    group -> group.append("utt_id", -1L).append("audio", "/a.wav")),
            "utt_id",
            "18446744073709551615"),
        read(
            "names in other letter cases",
            directory ->
                parquet(
                    directory.resolve("m.parquet"),
                    "required binary Utt_ID (UTF8); required binary AUDIO (UTF8);"
                        + " required binary Language (UTF8);",
                    group ->
                        group
                            .append("Utt_ID", "a")
                            .append("AUDIO", "/a.wav")
                            .append("Language", "de")),
            "utt_id;audio;language",
            "a|/a.wav|deu"),
        read(
            "two columns with one name that nobody asked for",
            with("optional int32 room; optional int32 Room;"),
            "utt_id",
            "a"),
        refused(
            "two columns with one name that is ours",
            with("optional binary reference (UTF8); optional binary Reference (UTF8);"),
            "Cannot read column reference of ",
            "reference and Reference, which differ at most in the case of letters"),
        refused(
            "an id that cannot be read",
            directory ->
                parquet(
                    directory.resolve("m.parquet"),
                    "required fixed_len_byte_array(16) utt_id (UUID); required binary audio"
                        + " (UTF8);",
                    group ->
                        group
                            .append("utt_id", Binary.fromConstantByteArray(new byte[16]))
                            .append("audio", "/a.wav")),
            "Cannot read column utt_id of ",
            "(UUID)' cannot be read"),
        refusedWith(
            "--column",
            "reference=t",
            "a column that is asked for and cannot be read",
            with("optional int64 t (TIME(MICROS,true));"),
            "Cannot read column t of ",
            "TIME(MICROS,true)"),
        refused(
            "a type that is newer than the reader",
            directory -> resource("float16.parquet"),
            "float16.parquet: it has a type that is newer than this reader of Parquet"),
        read(
            "a column without a type",
            directory -> resource("null_column.parquet"),
            "utt_id;z;u",
            "a|null|9223372036854775808"),
        refused(
            "an id of bytes",
            directory ->
                parquet(
                    directory.resolve("m.parquet"),
                    "required binary utt_id; required binary audio (UTF8);",
                    group -> group.append("utt_id", "a").append("audio", "/a.wav")),
            "column utt_id of ",
            "is binary, must be a string"),
        refused(
            "a text named as Parquet",
            directory -> text(directory.resolve("m.parquet"), "utt_id audio"),
            "m.parquet: it is no Parquet file, or was not written to its end"),
        refused(
            "an empty file", directory -> text(directory.resolve("m.parquet"), ""), "m.parquet"),
        refused(
            "a workbook",
            directory -> text(directory.resolve("m.xlsx"), "PK"),
            "m.xlsx: it is no Parquet file",
            "CSV (.csv) and TSV (.tsv) can be read"));
  }

  static Stream<Odd> foldersOfFiles() {
    return Stream.of(
        read(
            "partitions with leading zeros, dates and truth values",
            directory -> {
              row(directory.resolve("m.parquet/speaker_id=007/day=2024-01-02/p.parquet"), "a");
              row(directory.resolve("m.parquet/speaker_id=0042/day=true/p.parquet"), "b");
              row(directory.resolve("m.parquet/speaker_id=1e3/day=a%2Fb/p.parquet"), "c");
              return directory.resolve("m.parquet");
            },
            "utt_id;speaker_id;day",
            "a|007|2024-01-02\nb|0042|true\nc|1e3|a/b"),
        read(
            "partitions that are numbers to us",
            directory -> {
              row(directory.resolve("m.parquet/target_sparsity=0.50/start_s=1e0/p.parquet"), "a");
              return directory.resolve("m.parquet");
            },
            "utt_id;target_sparsity;start_s",
            "a|0.5|1.0"),
        read(
            "partitions without a value",
            directory -> {
              row(
                  directory.resolve("m.parquet/speaker_id=__HIVE_DEFAULT_PARTITION__/p.parquet"),
                  "a");
              return directory.resolve("m.parquet");
            },
            "utt_id;speaker_id",
            "a|null"),
        read(
            "JSON lines in partitions",
            directory -> {
              text(directory.resolve("m.jsonl/speaker_id=007/p.json"), line("a"));
              return directory.resolve("m.jsonl");
            },
            "utt_id;speaker_id",
            "a|007"),
        read(
            "CSV in partitions",
            directory -> {
              text(directory.resolve("m.csv/speaker_id=007/p.csv"), "utt_id,audio\na,/a.wav\n");
              text(directory.resolve("m.csv/speaker_id=08/p.csv"), "audio,utt_id\n/b.wav,b\n");
              return directory.resolve("m.csv");
            },
            "utt_id;audio;speaker_id",
            "a|/a.wav|007\nb|/b.wav|08"),
        read(
            "folders below folders",
            directory -> {
              row(directory.resolve("m.parquet/p.parquet"), "a");
              row(directory.resolve("m.parquet/more/p.parquet"), "b");
              return directory.resolve("m.parquet");
            },
            "utt_id",
            "a\nb"),
        refused(
            "partitions that differ",
            directory -> {
              row(directory.resolve("m.parquet/speaker_id=1/p.parquet"), "a");
              row(directory.resolve("m.parquet/room=1/p.parquet"), "b");
              return directory.resolve("m.parquet");
            },
            "its folders give",
            "[room]",
            "[speaker_id]"),
        refused(
            "a partition that is no number",
            directory -> {
              row(directory.resolve("m.parquet/start_s=soon/p.parquet"), "a");
              return directory.resolve("m.parquet");
            },
            "column start_s of ",
            "must be a number (found 'soon')"),
        refused(
            "splits by the names of files",
            OddSourcesTest::splits,
            "test (1 files), train (2 files)",
            "--split test"),
        read(
            "a split by the names of files",
            OddSourcesTest::splits,
            "utt_id",
            "a\nb",
            "--split",
            "train"),
        refusedWith(
            "--split",
            "dev",
            "a split that is not there",
            OddSourcesTest::splits,
            "Cannot find split dev",
            "test (1 files), train (2 files)"),
        refused(
            "splits by the names of folders",
            directory -> {
              row(directory.resolve("d/train/0000.parquet"), "a");
              row(directory.resolve("d/test/0000.parquet"), "a");
              return directory.resolve("d");
            },
            "Cannot mix splits",
            "test (1 files), train (1 files)"),
        read(
            "a split in a folder, with partitions",
            directory -> {
              row(directory.resolve("d/train/speaker_id=01/0.parquet"), "a");
              row(directory.resolve("d/test/speaker_id=02/0.parquet"), "b");
              return directory.resolve("d");
            },
            "utt_id;speaker_id",
            "b|02",
            "--split",
            "test"),
        refusedWith(
            "--split",
            "test",
            "a split of what has none",
            directory -> text(directory.resolve("in/a.wav"), "").getParent(),
            "Cannot choose split test",
            "is of kind directory, which has none"),
        refused(
            "a recording",
            directory -> text(directory.resolve("a.wav"), "RIFF"),
            "a.wav is a recording, give the folder that it is in"),
        refused(
            "types that differ from file to file",
            directory -> {
              row(directory.resolve("m.parquet/1.parquet"), "a");
              parquet(
                  directory.resolve("m.parquet/2.parquet"),
                  "required double utt_id; required binary audio (UTF8);",
                  group -> group.append("utt_id", 1.0).append("audio", "/a.wav"));
              return directory.resolve("m.parquet");
            },
            "Cannot read column utt_id of ",
            "it is string in ",
            "but double in "),
        read(
            "letter cases that differ from file to file",
            directory -> {
              row(directory.resolve("m.parquet/1.parquet"), "a");
              parquet(
                  directory.resolve("m.parquet/2.parquet"),
                  "required binary UTT_ID (UTF8); required binary Audio (UTF8);",
                  group -> group.append("UTT_ID", "b").append("Audio", "/b.wav"));
              return directory.resolve("m.parquet");
            },
            "utt_id;audio",
            "a|/a.wav\nb|/b.wav"),
        refused(
            "what save_to_disk wrote",
            directory -> {
              text(directory.resolve("d/data-00000-of-00001.arrow"), "ARROW1");
              text(directory.resolve("d/state.json"), "{}");
              return directory.resolve("d");
            },
            "Arrow files are not read: write the data set with to_parquet"));
  }

  static Stream<Odd> delimitedFiles() {
    return Stream.of(
        read(
            "CSV whose values look like others",
            csv("utt_id,audio,reference,start_s\n007,/a.wav,NA,1.5\nnull,/b.wav,true,\n"),
            "utt_id;reference;start_s",
            "007|NA|1.5\nnull|true|null"),
        read(
            "CSV with quotes, commas and ends of lines in values",
            csv("utt_id,audio,reference\r\na,/a.wav,\"he said \"\"no\"\", \nthen\"\r\n"),
            "utt_id;translate(reference, '\\n', '~')",
            "a|he said \"no\", ~then"),
        read(
            "CSV with a byte order mark, an index and empty lines",
            csv("\uFEFF,utt_id,audio\n\n0,a,/a.wav\n\n"),
            "utt_id;audio",
            "a|/a.wav"),
        refused(
            "CSV with a row too short",
            csv("utt_id,audio,reference\na,/a.wav,x\nb,/b.wav\n"),
            "m.csv: line 3 has 2 values, but the first line names 3 columns"),
        refused(
            "CSV with a comma too many",
            csv("utt_id,audio,reference\na,/a.wav,well, yes\n"),
            "m.csv: line 2 has 4 values",
            "between double quotes"),
        refused(
            "CSV with something behind a quote",
            csv("utt_id,audio,reference\na,/a.wav,x\nb,/b.wav,\"x\" y\n"),
            "the quotes of the value that begins at or after line 3 do not match"),
        refused(
            "CSV with a quote that never ends",
            csv("utt_id,audio,reference\na,/a.wav,\"x\nb,/b.wav,y\n"),
            "the quotes of the value that begins at or after line 2 do not match"),
        refused(
            "CSV in Latin-1",
            directory ->
                Files.write(
                    directory.resolve("m.csv"),
                    "utt_id,audio,reference\na,/a.wav,x\nb,/b.wav,Käse\n".getBytes(ISO_8859_1)),
            "m.csv: line 3 is not UTF-8"),
        refused(
            "CSV with semicolons",
            csv("utt_id;audio\na;/a.wav\n"),
            "has the columns [utt_id;audio]",
            "The first line must name the columns"),
        refused(
            "CSV without a header",
            csv("a,/a.wav\nb,/b.wav\n"),
            "has the columns [a, /a.wav]",
            "The first line must name the columns"),
        refused("CSV without a line", csv(""), "m.csv: it is empty"),
        refused(
            "CSV with a number that is none",
            csv("utt_id,audio,start_s\na,/a.wav,1.5\nb,/b.wav,\"1,5\"\n"),
            "column start_s of ",
            "(found '1,5')"),
        refused(
            "CSV with an id twice",
            csv("utt_id,audio\na,/a.wav\na,/b.wav\n"),
            "utt_id a is on 2 rows"),
        refused(
            "CSV with a column twice",
            csv("utt_id,audio,audio\na,/a.wav,/b.wav\n"),
            "Cannot read column audio of ",
            "audio and audio"),
        read(
            "Common Voice",
            directory -> {
              Files.createDirectories(directory.resolve("cv/clips"));
              return text(
                  directory.resolve("cv/validated.tsv"),
                  """
                  client_id\tpath\tsentence\tup_votes\tlocale
                  0a\tc1.mp3\t"Wait, he said.\t2\ten
                  0b\tc2.mp3\tNo "way"\t\ten
                  """);
            },
            "utt_id;replace(audio, regexp_extract(audio, '^(.*)/cv/'), '');reference;speaker_id;"
                + "up_votes;language",
            """
            c1.mp3|/cv/clips/c1.mp3|"Wait, he said.|0a|2|eng
            c2.mp3|/cv/clips/c2.mp3|No "way"|0b|null|eng
            """),
        refused(
            "TSV with a tab too many",
            directory -> text(directory.resolve("m.tsv"), "utt_id\taudio\na\t/a.wav\tx\n"),
            "m.tsv: line 2 has 3 values",
            "tabs alone separate values"));
  }

  static Stream<Odd> jsonFiles() {
    return Stream.of(
        refused(
            "one indented object",
            json("{\n  \"utt_id\": \"a\",\n  \"audio\": \"/a.wav\"\n}\n"),
            "it is one JSON document",
            "jq -c . m.json"),
        refused(
            "an indented list",
            json("[\n  {\"utt_id\": \"a\", \"audio\": \"/a.wav\"}\n]\n"),
            "it is one JSON document",
            "jq -c '.[]' m.json"),
        refused(
            "a list on one line",
            json("[{\"utt_id\": \"a\", \"audio\": \"/a.wav\"}]\n"),
            "jq -c '.[]' m.json"),
        refused(
            "a line that was cut",
            json(line("a") + "{\"utt_id\": \"b\", \"au"),
            "m.json: line 2 is no JSON"),
        refused(
            "two objects on a line",
            json(line("a").strip() + line("b")),
            "m.json: line 1 has something behind its object"),
        refused(
            "a key twice",
            json("{\"utt_id\": \"a\", \"audio\": \"/a.wav\", \"audio\": \"/b.wav\"}\n"),
            "line 1 is no JSON: Duplicate field 'audio'"),
        read("a byte order mark", json("\uFEFF" + line("a")), "utt_id", "a"),
        refused(
            "a byte order mark and a mistake",
            json("\uFEFF" + line("a") + "x\n"),
            "m.json: line 2 is no JSON"),
        refused("nothing", json("\n"), "m.json: it is empty"),
        refused("a number", json("3\n"), "line 1 begins with 3, not with {"),
        read(
            "keys that differ in letter case, which nobody asked for",
            json("{\"utt_id\": \"a\", \"audio\": \"/a.wav\", \"room\": 1, \"Room\": 2}\n"),
            "utt_id",
            "a"),
        refused(
            "keys that differ in letter case, which are ours",
            json("{\"utt_id\": \"a\", \"audio\": \"/a.wav\", \"Audio\": \"/b.wav\"}\n"),
            "Cannot read column audio of ",
            "Audio and audio"),
        read(
            "texts that look like numbers",
            json("{\"utt_id\": \"007\", \"audio\": \"/a.wav\", \"start_s\": \"1.5\"}\n"),
            "utt_id;start_s",
            "007|1.5"));
  }

  static Stream<Odd> audioColumns() {
    return Stream.of(
        read(
            "bytes that are null",
            json("{\"utt_id\": \"a\", \"audio\": {\"bytes\": null, \"path\": \"/x.wav\"}}\n"),
            "utt_id;audio.path",
            "a|/x.wav"),
        read(
            "a path alone",
            json("{\"utt_id\": \"a\", \"audio\": {\"path\": \"/x.wav\", \"rate\": 8}}\n"),
            "audio.path",
            "/x.wav"),
        refused(
            "bytes as text",
            json("{\"utt_id\": \"a\", \"audio\": {\"bytes\": \"UklG\", \"path\": \"x.wav\"}}\n"),
            "audio.bytes of ",
            "Give paths, or Parquet (found 'UklG')"),
        refused(
            "decoded samples",
            json(
                "{\"utt_id\": \"a\", \"audio\": {\"path\": \"x\", \"array\": [0.1],"
                    + " \"sampling_rate\": 8000}}\n"),
            "It holds decoded samples",
            "Audio(decode=False)"),
        refused(
            "a list of paths",
            json("{\"utt_id\": \"a\", \"audio\": [\"/a.wav\", \"/b.wav\"]}\n"),
            "column audio of ",
            "It is a list: write one row for each recording"),
        refused(
            "a list of samples",
            json("{\"utt_id\": \"a\", \"audio\": [0.1, 0.2]}\n"),
            "It holds decoded samples"),
        refused(
            "bytes without a name",
            directory ->
                parquet(
                    directory.resolve("m.parquet"),
                    "required binary audio;",
                    group -> group.append("audio", "RIFF")),
            "Cannot find ids",
            "its audio has no path",
            "--column utt_id=NAME"),
        refused(
            "bytes whose name is null",
            directory ->
                parquet(
                    directory.resolve("m.parquet"),
                    "required group audio { optional binary bytes; optional binary path (UTF8); }",
                    group -> group.addGroup("audio").append("bytes", "RIFF")),
            "some of its audio has no path",
            "--column utt_id=NAME"),
        refused(
            "no audio at all",
            json("{\"utt_id\": \"a\", \"sound\": \"/a.wav\"}\n"),
            "Cannot find audio",
            "has the columns [sound, utt_id]",
            "--column audio=NAME"));
  }

  private static Object splits(Path directory) throws IOException {
    row(directory.resolve("d/data/train-00000-of-00002.parquet"), "a");
    row(directory.resolve("d/data/train-00001-of-00002.parquet"), "b");
    row(directory.resolve("d/data/test-00000-of-00001-0ab1.parquet"), "a");
    return directory.resolve("d");
  }

  /** One row with columns behind ours that are null. */
  private static Maker with(String columns) {
    return directory ->
        parquet(
            directory.resolve("m.parquet"),
            "required binary utt_id (UTF8); required binary audio (UTF8); " + columns,
            group -> group.append("utt_id", "a").append("audio", "/a.wav"));
  }

  private static void row(Path file, String id) throws IOException {
    parquet(
        file,
        "required binary utt_id (UTF8); required binary audio (UTF8);",
        group -> group.append("utt_id", id).append("audio", "/" + id + ".wav"));
  }

  private static Path parquet(Path file, String schema, ParquetBytes.Row row) throws IOException {
    Files.createDirectories(file.getParent());
    return ParquetBytes.write(file, schema, row);
  }

  private static String line(String id) {
    return "{\"utt_id\": \"%1$s\", \"audio\": \"/%1$s.wav\"}\n".formatted(id);
  }

  private static Path resource(String name) {
    return Path.of("src/test/resources/sources", name).toAbsolutePath();
  }

  private static Maker csv(String text) {
    return directory -> text(directory.resolve("m.csv"), text);
  }

  private static Maker json(String text) {
    return directory -> text(directory.resolve("m.json"), text);
  }

  private static Path text(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, text.getBytes(UTF_8));
  }
}
