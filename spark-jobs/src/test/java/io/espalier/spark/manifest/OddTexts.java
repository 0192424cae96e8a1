package io.espalier.spark.manifest;

import static io.espalier.spark.manifest.OddSource.csv;
import static io.espalier.spark.manifest.OddSource.json;
import static io.espalier.spark.manifest.OddSource.line;
import static io.espalier.spark.manifest.OddSource.read;
import static io.espalier.spark.manifest.OddSource.refused;
import static io.espalier.spark.manifest.OddSource.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.espalier.spark.manifest.OddSource.Odd;
import java.nio.file.Files;
import java.util.stream.Stream;

/** CSV, TSV and JSON, for {@link OddSourcesTest}. */
final class OddTexts {
  private OddTexts() {}

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
            "in double quotes"),
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
            "only tabs separate values"));
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
            "m.json: line 2 is not JSON"),
        refused(
            "two objects on a line",
            json(line("a").strip() + line("b")),
            "m.json: line 1 has text after its object"),
        refused(
            "a key twice",
            json("{\"utt_id\": \"a\", \"audio\": \"/a.wav\", \"audio\": \"/b.wav\"}\n"),
            "line 1 is not JSON: Duplicate field 'audio'"),
        read("a byte order mark", json("\uFEFF" + line("a")), "utt_id", "a"),
        refused(
            "a byte order mark and a mistake",
            json("\uFEFF" + line("a") + "x\n"),
            "m.json: line 2 is not JSON"),
        refused("nothing", json("\n"), "m.json: it is empty"),
        refused("a number", json("3\n"), "line 1 begins with 3, must begin with {"),
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
}
