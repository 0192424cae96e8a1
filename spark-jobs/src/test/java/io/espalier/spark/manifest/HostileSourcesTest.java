package io.espalier.spark.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.Fuzzer;
import io.espalier.cli.CommandRun;
import io.espalier.files.Directories;
import io.espalier.spark.TestSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spoiled sources of manifests, through the command line: each becomes rows or is refused in
 * sentences, soon. Spark never speaks.
 */
class HostileSourcesTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final long SEED = Long.getLong("espalier.test.seed", 41);
  private static final long MOST_MS = 60_000;
  private static final int LONGEST = 20_000;

  private static final Map<String, String> TEXTS =
      Map.of(
          "m.csv",
          """
          utt_id,audio,reference,language,start_s,end_s
          a,/a.wav,"one, two",deu,0,1.5
          b,/b.wav,three,eng,,
          c,s3a://bucket/c.flac,,,2.25,3
          """,
          "m.tsv",
          """
          path\tsentence\tlocale
          a.mp3\teins\tde
          b.mp3\tzwei\tde
          """,
          "nemo.jsonl",
          """
          {"audio_filepath": "/a.wav", "duration": 1.5, "text": "one", "lang": "en"}
          {"audio_filepath": "/b.wav", "duration": 2, "offset": 0.5, "text": "two"}
          """,
          "cuts.jsonl",
          """
          {"id": "c1", "start": 0, "duration": 1.5, "channel": 0, "type": "MonoCut", \
          "recording": {"id": "r", "sources": [{"type": "file", "channels": [0], \
          "source": "/r.wav"}], "sampling_rate": 16000, "num_samples": 48000, "duration": 3}, \
          "supervisions": [{"id": "s", "recording_id": "r", "start": 0, "duration": 1.5, \
          "text": "one", "language": "en", "speaker": "x"}]}
          """,
          "kaldi/wav.scp",
          """
          r1 /a.wav
          r2 /b.flac
          """,
          "kaldi/segments",
          """
          u1 r1 0 1.5
          u2 r2 0.5 2
          """,
          "kaldi/text",
          """
          u1 one two
          u2 three
          """);

  @TempDir Path directory;

  private final List<String> faults = new ArrayList<>();
  private int read;
  private int refused;

  @Test
  void someSpoiledSourcesAreReadOrRefused() throws IOException {
    spoil(16);
  }

  @Test
  @Tag("slow")
  void twoHundredSpoiledSourcesAreReadOrRefused() throws IOException {
    spoil(200);
  }

  private void spoil(int count) throws IOException {
    Fuzzer fuzzer = new Fuzzer(SEED);
    List<String> names = new ArrayList<>(TEXTS.keySet().stream().sorted().toList());
    names.add("m.parquet");
    for (int i = 0; i < count; i++) {
      String name = names.get(i % names.size());
      Path place = Files.createDirectory(directory.resolve("s" + i));
      Path file = write(fuzzer, place, name);
      Path source = name.startsWith("kaldi/") ? file.getParent() : file;
      check(String.format(Locale.ROOT, "%03d %s", i, name), source, "hostile_" + i);
      Directories.deleteRecursively(place);
    }
    System.out.printf(
        Locale.ROOT,
        "%d spoiled sources (seed %d): %d read, %d refused%n",
        count,
        SEED,
        read,
        refused);
    assertThat(faults).isEmpty();
    assertThat(refused).isPositive();
    assertThat(Path.of("owned")).doesNotExist();
  }

  /** Writes a source, one of whose files is spoiled. */
  private static Path write(Fuzzer fuzzer, Path place, String name) throws IOException {
    Path file = place.resolve(name);
    if (name.endsWith(".parquet")) {
      OddSource.row(file, "a");
      return Files.write(file, fuzzer.mutate(Files.readAllBytes(file)));
    }
    if (name.startsWith("kaldi/")) {
      for (String other : List.of("wav.scp", "segments", "text")) {
        OddSource.text(place.resolve("kaldi").resolve(other), TEXTS.get("kaldi/" + other));
      }
    }
    String valid = TEXTS.get(name);
    if (fuzzer.next(4) == 0) {
      Files.createDirectories(file.getParent());
      return Files.write(file, fuzzer.mutate(valid.getBytes(StandardCharsets.UTF_8)));
    }
    return OddSource.text(file, fuzzer.mutate(valid));
  }

  private void check(String name, Path source, String table) {
    long start = System.nanoTime();
    CommandRun run = CommandRun.of("manifest", source.toString(), "-o", table);
    long ms = (System.nanoTime() - start) / 1_000_000;
    String said = run.out() + run.err();
    if (run.code() == 0) {
      read++;
      SPARK.sql("DROP TABLE " + table);
    } else {
      refused++;
    }
    boolean clear =
        (run.code() == 0 || (run.code() == 2 && !run.err().isBlank()))
            && !said.matches("(?s).*(Exception|\tat |org\\.apache|\\[INTERNAL|\\p{Cntrl}\\[2J).*")
            && said.length() < LONGEST;
    if (!clear || ms > MOST_MS) {
      faults.add(
          String.format(
              Locale.ROOT,
              "%s: code %d, %d ms, %s",
              name,
              run.code(),
              ms,
              said.substring(0, Math.min(400, said.length()))));
    }
  }
}
