package io.espalier.spark.manifest;

import static io.espalier.spark.manifest.OddSource.json;
import static io.espalier.spark.manifest.OddSource.line;
import static io.espalier.spark.manifest.OddSource.parquet;
import static io.espalier.spark.manifest.OddSource.read;
import static io.espalier.spark.manifest.OddSource.refused;
import static io.espalier.spark.manifest.OddSource.refusedWith;
import static io.espalier.spark.manifest.OddSource.resource;
import static io.espalier.spark.manifest.OddSource.row;
import static io.espalier.spark.manifest.OddSource.text;
import static io.espalier.spark.manifest.OddSource.with;

import io.espalier.BuildUnderTest;
import io.espalier.spark.manifest.OddSource.Odd;
import java.util.stream.Stream;
import org.apache.parquet.io.api.Binary;

/** Parquet, folders and columns of audio, for {@link OddSourcesTest}. */
final class OddTables {
  private OddTables() {}

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
            "reference and Reference differ only in letter case"),
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
            "(UUID)' is not supported"),
        refusedWith(
            "--column",
            "reference=t",
            "a column that is asked for and cannot be read",
            with("optional int64 t (TIME(MICROS,true));"),
            "Cannot read column t of ",
            "TIME(MICROS,true)"),
        // Parquet 1.13 knows no FLOAT16, later ones do, and Spark has no type for it.
        BuildUnderTest.spark().equals("3.5")
            ? refused(
                "a type that the reader does not know",
                directory -> resource("float16.parquet"),
                "float16.parquet: it has a type that this Parquet reader does not know")
            : read(
                "a type that the reader alone knows",
                directory -> resource("float16.parquet"),
                "utt_id",
                "a"),
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
            "m.parquet: it is not a Parquet file, or not a complete one"),
        refused(
            "an empty file", directory -> text(directory.resolve("m.parquet"), ""), "m.parquet"),
        refused(
            "a workbook",
            directory -> text(directory.resolve("m.xlsx"), "PK"),
            "m.xlsx: it is not a Parquet file, or not a complete one. Supported are Parquet",
            "CSV (.csv) and TSV (.tsv)"));
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
            "its folders add",
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
            OddSource::splits,
            "test (1 files), train (2 files)",
            "--split test"),
        read(
            "a split by the names of files",
            OddSource::splits,
            "utt_id",
            "a\nb",
            "--split",
            "train"),
        refusedWith(
            "--split",
            "dev",
            "a split that is not there",
            OddSource::splits,
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
            "is of kind directory, which has no splits"),
        refused(
            "a recording",
            directory -> text(directory.resolve("a.wav"), "RIFF"),
            "a.wav is a recording. Give its folder"),
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
            "Arrow files are not supported: write the data set with to_parquet"));
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
            "Give paths, or use Parquet (found 'UklG')"),
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
            "It is a list: write one row per recording"),
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
}
