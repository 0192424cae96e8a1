package io.espalier.spark.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.manifest.ManifestMaker.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestMakerTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @Test
  void aDirectoryGivesItsAudioFilesByTheirPathsBelowIt() throws IOException {
    write("in/a b.wav", "");
    write("in/deu/x.FLAC", "");
    write("in/deu/notes.txt", "");
    Made made = make(directory.resolve("in").toString());
    assertThat(made.kind).isEqualTo(Kind.DIRECTORY);
    assertThat(made.column("utt_id")).containsExactly("a b.wav", "deu/x.FLAC");
    assertThat(made.column("audio"))
        .containsExactly(
            "file:" + directory + "/in/a b.wav", "file:" + directory + "/in/deu/x.FLAC");
  }

  @Test
  void aDirectoryGivesEveryKindOfSoundFile() throws IOException {
    String names =
        "aac adts aif aifc aiff amr asf au awb bw64 bwf caf flac m4a m4b mka mkv mov mp2 mp3 mp4"
            + " mpga oga ogg opus qt rf64 snd spx w64 wav wave webm wma wv 3g2 3gp";
    List<String> files = Arrays.stream(names.split(" ", -1)).map(name -> "x." + name).toList();
    for (String file : files) {
      write("in/" + file, "");
    }
    assertThat(make(directory.resolve("in").toString()).column("utt_id"))
        .containsExactlyInAnyOrderElementsOf(files);
  }

  @Test
  void aDirectoryWithoutAudioIsRefused() throws IOException {
    write("in/notes.txt", "");
    assertThatThrownBy(() -> make(directory.resolve("in").toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has no utterances");
  }

  @Test
  void aKaldiDirectoryIsJoined() throws IOException {
    write("k/wav.scp", "r1 wavs/r1.wav\nr2   /data/r2.flac  \n");
    write("k/segments", "u1 r1 0.5 2.25\nu2 r2 0 -1\n");
    write("k/text", "u1 guten  Tag\nu2 <fra><st_eng><0.00> good day<1.50><1.52> friend<3.00>\n");
    write("k/utt2spk", "u1 anna\nu2 bert\n");
    write("k/utt2lang", "u1 de\n");
    write("k/text.prev", "u1 <na>\nu2 earlier\n");
    Made made = make(directory.resolve("k").toString());
    assertThat(made.kind).isEqualTo(Kind.KALDI);
    assertThat(made.column("audio"))
        .containsExactly("file:" + directory + "/k/wavs/r1.wav", "/data/r2.flac");
    assertThat(made.column("start_s")).containsExactly(0.5, 0.0);
    assertThat(made.column("end_s")).containsExactly(2.25, null);
    assertThat(made.column("reference")).containsExactly("guten  Tag", "good day friend");
    assertThat(made.column("language")).containsExactly("deu", "fra");
    assertThat(made.column("task")).containsExactly(null, "st_eng");
    assertThat(made.column("speaker_id")).containsExactly("anna", "bert");
    assertThat(made.column("text_prev")).containsExactly(null, "earlier");
  }

  @Test
  void aKaldiDirectoryNeedsNothingButWavScp() throws IOException {
    write("k/wav.scp", "u1 a.wav\n");
    Made made = make(directory.resolve("k").toString());
    assertThat(made.column("utt_id")).containsExactly("u1");
    assertThat(made.column("reference")).containsExactly((Object) null);
  }

  @Test
  void aShellPipeInKaldiIsRefused() throws IOException {
    write("k/wav.scp", "u1 a.wav\nu2 touch " + directory + "/hacked |\n");
    assertThatThrownBy(() -> make(directory.resolve("k").toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("shell commands are never run")
        .hasMessageContaining("1 lines, such as 'u2 touch");
    assertThat(directory.resolve("hacked")).doesNotExist();
  }

  @Test
  void aSegmentOfAnUnknownRecordingIsRefused() throws IOException {
    write("k/wav.scp", "r1 a.wav\n");
    write("k/segments", "u1 r9 0 1\n");
    assertThatThrownBy(() -> make(directory.resolve("k").toString()))
        .hasMessageContaining("wav.scp does not list their recordings (1 lines, such as 'u1 r9')");
  }

  @Test
  void nemoLinesAreFoundOutByTheirKeys() throws IOException {
    String source = write("n.jsonl", "{\"audio_filepath\": \"a.wav\", \"text\": \"hi\"}\n");
    Made made = make(source);
    assertThat(made.kind).isEqualTo(Kind.NEMO);
    assertThat(made.column("audio")).containsExactly("file:" + directory + "/a.wav");
  }

  @Test
  void lhotseCutsMayBeGzipped() throws IOException {
    String cuts =
        cut("c1", 0.0, 4.0, "file", "a.flac") + "\n" + cut("c2", 1.0, 2.0, "file", "b.flac");
    ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzipped)) {
      out.write(cuts.getBytes(StandardCharsets.UTF_8));
    }
    Path source = Files.write(directory.resolve("cuts.jsonl.gz"), gzipped.toByteArray());
    Made made = make(source.toString());
    assertThat(made.kind).isEqualTo(Kind.LHOTSE);
    assertThat(made.column("utt_id")).containsExactly("c1", "c2");
    assertThat(made.column("start_s")).containsExactly(null, 1.0);
    assertThat(made.column("end_s")).containsExactly(null, 3.0);
    assertThat(made.column("reference")).containsExactly("one two", "one two");
    assertThat(made.column("language")).containsExactly("ita", "ita");
  }

  @Test
  void aShellCommandInLhotseIsRefused() throws IOException {
    String source = write("cuts.jsonl", cut("c1", 0.0, 4.0, "command", "cat x |"));
    assertThatThrownBy(() -> make(source)).hasMessageContaining("shell commands are never run");
  }

  @Test
  void huggingFaceColumnsAreKnownByTheirUsualNames() {
    SPARK
        .sql(
            "SELECT named_struct('bytes', X'01', 'path', 'x.opus') AS audio, 'ciao' AS sentence,"
                + " 'it' AS locale, 'c7' AS client_id, 3 AS up_votes")
        .write()
        .parquet(directory.resolve("hf/data").toString());
    Made made = make(directory.resolve("hf/data").toString());
    assertThat(made.kind).isEqualTo(Kind.TABLE);
    assertThat(made.column("utt_id")).containsExactly("x.opus");
    assertThat(made.column("reference")).containsExactly("ciao");
    assertThat(made.column("language")).containsExactly("ita");
    assertThat(made.column("speaker_id")).containsExactly("c7");
    assertThat(made.column("up_votes")).containsExactly(3);
    assertThat((byte[]) made.rows.get(0).getStruct(1).get(0)).containsExactly(1);
  }

  @Test
  void columnsCanBeNamedAndDefaultsGiven() {
    String source = directory.resolve("m.parquet").toString();
    SPARK.sql("SELECT 'k1' AS name, '/a.wav' AS wav").write().parquet(source);
    ManifestMaker.Request request =
        new ManifestMaker.Request(
            source,
            Kind.AUTO,
            Optional.empty(),
            Map.of("utt_id", "name", "audio", "wav"),
            Optional.of("fr"),
            Optional.of("st_eng"));
    Made made = make(request, directory.resolve("out").toString());
    assertThat(made.column("utt_id")).containsExactly("k1");
    assertThat(made.column("language")).containsExactly("fra");
    assertThat(made.column("task")).containsExactly("st_eng");
  }

  @Test
  void anExistingTableIsOnlyReplacedWhenAskedFor() throws IOException {
    write("in/a.wav", "");
    String source = directory.resolve("in").toString();
    ManifestMaker.make(SPARK, request(source), "maker_twice", false);
    assertThatThrownBy(() -> ManifestMaker.make(SPARK, request(source), "maker_twice", false))
        .hasMessageContaining("maker_twice exists");
    assertThat(ManifestMaker.make(SPARK, request(source), "maker_twice", true).utterances())
        .isEqualTo(1);
  }

  @Test
  void unlabelledCutsMakeAManifest() throws IOException {
    String line = cut("c1", 0.0, 4.0, "file", "a.flac").replaceFirst("\\[\\{\"text.*?\\}\\]", "[]");
    Made made = make(write("cuts.jsonl", line));
    assertThat(made.kind).isEqualTo(Kind.LHOTSE);
    assertThat(made.column("reference")).containsExactly((Object) null);
    assertThat(made.column("language")).containsExactly((Object) null);
  }

  @Test
  void aCutOfAPerturbedRecordingIsRefused() throws IOException {
    String line =
        cut("c1", 1.5, 2.0, "file", "a.flac")
            .replace(
                "\"sampling_rate\"",
                "\"transforms\": [{\"name\": \"Speed\", \"kwargs\": {\"factor\": 0.9}}],"
                    + " \"sampling_rate\"");
    assertThatThrownBy(() -> make(write("cuts.jsonl", line)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("such as 'c1 has recording.transforms");
  }

  @Test
  void optionsThatAreNoLabelsAreRefusedBeforeAnythingIsRead() {
    assertThatThrownBy(() -> make(labelled("klingon", "asr"), "out"))
        .hasMessageContaining("'klingon' of --language");
    assertThatThrownBy(() -> make(labelled("de", "translate"), "out"))
        .hasMessageContaining("Invalid task: translate");
  }

  private ManifestMaker.Request labelled(String language, String task) {
    return new ManifestMaker.Request(
        directory.resolve("k").toString(),
        Kind.KALDI,
        Optional.empty(),
        Map.of(),
        Optional.of(language),
        Optional.of(task));
  }

  private Made make(String source) {
    return make(request(source), directory.resolve("out").toString());
  }

  private static Made make(ManifestMaker.Request request, String table) {
    Kind kind = ManifestMaker.make(SPARK, request, table, false).kind();
    return new Made(kind, SPARK.read().parquet(table).orderBy("utt_id").collectAsList());
  }

  private static ManifestMaker.Request request(String source) {
    return new ManifestMaker.Request(
        source, Kind.AUTO, Optional.empty(), Map.of(), Optional.empty(), Optional.empty());
  }

  private String write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text).toString();
  }

  private static String cut(String id, double start, double duration, String type, String source) {
    return """
    {"id": "%s", "start": %s, "duration": %s, "channel": 0, "type": "MonoCut", \
    "supervisions": [{"text": "one", "language": "it", "speaker": "s"}, {"text": "two"}], \
    "recording": {"id": "r", "duration": 4.0, "sampling_rate": 16000, \
    "sources": [{"type": "%s", "channels": [0], "source": "%s"}]}}\
    """
        .formatted(id, start, duration, type, source);
  }

  private record Made(Kind kind, List<Row> rows) {
    List<Object> column(String name) {
      return rows.stream().<Object>map(row -> row.getAs(name)).toList();
    }
  }
}
