package io.espalier.spark.run;

import io.espalier.pruning.GateSet;
import io.espalier.search.Outcome;
import io.espalier.spark.TestSpark;
import io.espalier.spark.score.Score;
import io.espalier.spark.score.ScoreOptions;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.transcribe.FakeTranscriber.Fault;
import io.espalier.spark.transcribe.FakeTranscribers;
import io.espalier.spark.transcribe.Transcribe;
import io.espalier.spark.transcribe.TranscribeJob;
import io.espalier.spark.transcribe.TranscribeOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Tables that the pipeline wrote: a dense and a pruned run of a double in place of the model, over
 * four languages and two tasks, with three files that are not there; transcribed, then scored.
 */
public final class PipelineRuns {
  /** An id that must never become markup. */
  public static final String HOSTILE = "<img src=x onerror=document.title='taken'>\"'&</script>";

  /** Catalog and namespace of the tables. */
  public static final String NAMESPACE = "espalier.pipeline";

  private static final int UTTERANCES = 48;
  private static final int LAYERS = 4;
  private static final List<String> LANGUAGES = List.of("deu", "eng", "fra", "ita");
  private static final List<String> WORDS =
      List.of("river", "seven", "orange", "window", "quickly", "under", "music", "train");
  private static final StructType MANIFEST =
      StructType.fromDDL(
          "utt_id STRING, audio STRING, language STRING, task STRING, reference STRING, room"
              + " STRING");

  private final SparkSession spark = TestSpark.session();
  private final Map<String, String> tables = new HashMap<>();
  private final Path directory;

  private PipelineRuns(Path directory) {
    this.directory = directory;
    tables.put("table", NAMESPACE + ".transcripts");
    tables.put("scores", NAMESPACE + ".scores");
    tables.put("score-groups", NAMESPACE + ".score_groups");
  }

  /** Options that name the tables, which are written once for all tests and are not to change. */
  public static Map<String, String> tables() {
    return Holder.TABLES;
  }

  private static final class Holder {
    static final Map<String, String> TABLES = write();

    private static Map<String, String> write() {
      try {
        Path directory = Files.createDirectory(TestSpark.warehouse().resolve("pipeline-runs"));
        PipelineRuns runs = new PipelineRuns(directory);
        String manifest = runs.manifest();
        runs.transcribe(manifest, "dense", 0);
        runs.transcribe(manifest, "pruned", 2);
        Map<String, String> options = new HashMap<>(runs.tables);
        options.put("resamples", "200");
        new Score(runs.spark, ScoreOptions.of(SessionConf.of(Map.of(), options))).run();
        runs.compare();
        return Map.copyOf(runs.tables);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private String manifest() {
    TranscribeJob files = new TranscribeJob(spark, directory);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < UTTERANCES; i++) {
      String language = LANGUAGES.get(i % LANGUAGES.size());
      String task = i % 3 == 2 && !language.equals("eng") ? "st_eng" : "asr";
      String id = i == 0 ? HOSTILE : String.format(Locale.ROOT, "utt-%03d", i);
      String wav = files.wav(i * i).toString();
      rows.add(RowFactory.create(id, wav, language, task, reference(i), "hall"));
    }
    for (int i = 0; i < 3; i++) {
      String gone = directory.resolve(i + HOSTILE.replace("/", "") + ".wav").toString();
      rows.add(RowFactory.create("gone-" + i, gone, "deu", "asr", "never heard", "hall"));
    }
    String path = directory.resolve("manifest.parquet").toString();
    spark.createDataFrame(rows, MANIFEST).coalesce(1).write().parquet(path);
    return path;
  }

  private void transcribe(String manifest, String run, int closed) {
    Map<String, String> options = new HashMap<>();
    options.put("table", tables.get("table"));
    options.put("manifest", manifest);
    options.put("bundle", "none");
    options.put("keep", "room");
    options.put("run-id", run);
    options.put("max-failed-fraction", "1");
    Fault answer = right -> List.of(answer((Outcome.Transcribed) right, closed));
    StageProgress silent =
        new StageProgress(new PrintWriter(Writer.nullWriter()), false, Duration.ofMillis(100));
    new Transcribe(
            spark,
            TranscribeOptions.of(SessionConf.of(Map.of(), options)),
            FakeTranscribers.sound(run).withFingerprint(run).with(answer),
            silent)
        .run();
  }

  /** What {@code espalier compare} would say of the two runs. */
  private void compare() {
    spark.sql(
        """
        CREATE TABLE %s.comparison AS SELECT * FROM VALUES
          (1, 'dense', 'none', CAST(NULL AS DOUBLE), 0.1D, 0.05D, 0.15D, NULL, NULL, 80D, 75D, 85D,
            NULL, NULL, 2D, 1D, 0.5D, 0D, 0D, 9D, 1D, 1D, 'gated', 'open', 'dense', 8D, 2D, 11D,
            0D, 0D, NULL, GROUPS, MODULES),
          (2, 'all contexts', 'all', NULL, 0.2D, 0.15D, 0.25D, 0.04D, 0.3D, 70D, 65D, 75D,
            0.01D, 0.2D, 1.4D, 0.6D, 0.4D, 0.1D, 0.3D, 12D, 0.6D, 0.7D, 'gated', 'learned',
            'pruned', 5D, 2D, 8D, 0.375D, 0.4D, 0.94D, GROUPS, MODULES),
          (3, 'target 0.10', 'all', 0.1D, 0.12D, 0.1D, 0.2D, 0.5D, NULL, 78D, 75D, 85D,
            0.6D, NULL, 1.8D, 0.9D, 0.5D, 0.1D, 0.1D, 10D, 0.9D, 0.9D, 'gated', 'learned',
            'pruned', 7D, 2D, 10D, 0.125D, 0.1D, 1.25D, GROUPS, MODULES)
          AS rows(place, variant, context, target, wer, wer_low, wer_high, wer_p_value, wer_p_like,
            bleu, bleu_low, bleu_high, bleu_p_value, bleu_p_like, gflops_total, gflops_encoder,
            gflops_decoder, gflops_context, saved_fraction, rtfx, open_encoder, open_decoder, model,
            gates, run_id, encoder_ms, decoder_ms, wall_ms, encoder_time_saved,
            encoder_gflops_saved, saved_time_share, groups, modules)
        """
            .formatted(NAMESPACE)
            .replace(
                "GROUPS",
                "array(named_struct('column', 'room', 'value', 'hall', 'utterances', 3L, 'wer',"
                    + " 0.1D, 'wer_low', 0D, 'wer_high', 0.2D, 'bleu', 70D, 'bleu_low', 60D,"
                    + " 'bleu_high', 80D, 'saved_fraction', 0.3D))")
            .replace(
                "MODULES",
                "array(named_struct('part', 'encoder', 'layer', 1, 'module', 'att', 'open_share',"
                    + " 0.4D, 'context', 'language', 'explained', 0.5D))"));
  }

  private static String reference(int i) {
    List<String> words = new ArrayList<>();
    for (int j = 0; j < 6; j++) {
      words.add(WORDS.get((i * 5 + j * (1 + i % 3)) % WORDS.size()));
    }
    return String.join(" ", words);
  }

  private static Outcome answer(Outcome.Transcribed right, int closed) {
    int number = right.id().equals(HOSTILE) ? 0 : Integer.parseInt(right.id().substring(4));
    String[] words = reference(number).split(" ", -1);
    if (number % 2 == 0) {
      words[number % words.length] = HOSTILE;
    }
    if (number % 5 < closed) {
      words[1] = "";
    }
    int layer = LANGUAGES.indexOf(right.language());
    StringBuilder encoder = new StringBuilder("1111".repeat(LAYERS));
    StringBuilder decoder = new StringBuilder("111".repeat(2));
    for (int i = 0; i < closed; i++) {
      encoder.setCharAt(4 * layer + i, '0');
      decoder.setCharAt((number + 3 * i) % decoder.length(), '0');
    }
    double seconds = 0.01 * (number * number + 1);
    double dense = 0.4 * seconds;
    double part = dense * (1 - 0.15 * closed) / 4;
    return new Outcome.Transcribed(
        right.id(),
        right.language(),
        Double.NaN,
        right.task(),
        String.join(" ", words).replace("  ", " "),
        List.of(),
        List.of(),
        List.of(),
        6,
        -1.5,
        -0.25,
        0.125,
        1.5,
        new Outcome.Gates(
            GateSet.parse(encoder + "/" + decoder), 1 - closed / 16.0, 1 - closed / 6.0),
        new Outcome.Gflops(part, 2 * part, part / 2, part / 4, 0, part / 4, 4 * part, dense),
        new Outcome.Timing(8 + 20 * seconds, 4 + 9 * seconds, 1 + number % 4));
  }
}
