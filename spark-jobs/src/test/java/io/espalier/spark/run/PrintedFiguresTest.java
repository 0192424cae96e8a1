package io.espalier.spark.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.Locales;
import io.espalier.spark.context.ContextKeys;
import io.espalier.spark.context.ContextSummary;
import io.espalier.spark.manifest.ManifestMaker;
import io.espalier.spark.score.TextTable;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.stage.StageSums;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What commands print is the same on every machine. */
class PrintedFiguresTest {
  private static final Map<String, Long> WARNINGS = Map.of("AUDIO_CHANNELS_CANCEL", 1234L);

  @Test
  void theSummaryOfTranscriptsIsTheSameInEveryLocale() throws Exception {
    StageSummary summary =
        summary("transcribed", new StageSums(4567, 1234, 54321.5, 1234.5, 2345.5, WARNINGS));
    assertThat(summary.report()).contains("Wrote 4567 rows of 12345", "54321.5 s of audio");
    Locales.assertSameInAll(summary::report);
  }

  @Test
  void theSummaryOfContextsIsTheSameInEveryLocale() throws Exception {
    StageSummary rows =
        summary("with contexts", new StageSums(4567, 1234, 54321.5, 1234.5, 0, WARNINGS));
    ContextSummary summary = new ContextSummary(rows, Optional.empty());
    assertThat(summary.report()).contains("3333 with contexts").doesNotContain("less than dense");
    Locales.assertSameInAll(summary::report);
  }

  private static StageSummary summary(String done, StageSums sums) {
    return new StageSummary("run", "fingerprint", "t", done, 12345, sums, 98.7, 0.05);
  }

  @Test
  void theProgressLineIsTheSameInEveryLocale() throws Exception {
    for (double elapsedS : List.of(12.5, 4321.0, 54321.0)) {
      StageProgress.Snapshot snapshot =
          new StageProgress.Snapshot(48, 40, 12345, 1, 0.125, elapsedS);
      Locales.assertSameInAll(snapshot::text);
    }
  }

  @Test
  void tablesAreTheSameInEveryLocale() throws Exception {
    Locales.assertSameInAll(
        () -> {
          TextTable table = new TextTable();
          table.words("title");
          table.figures("WER");
          table.row(List.of("INSIDE", "12.5"));
          return table.toString();
        });
  }

  @Test
  void keysChoicesAndMessagesAreTheSameInEveryLocale() throws Exception {
    Locales.assertSameInAll(
        () ->
            SessionConf.keys().stream()
                .map(key -> key.property() + key.type() + key.defaultText())
                .toList());
    Locales.assertSameInAll(() -> ContextKeys.CLUSTERING.parse("bisecting-kmeans"));
    Locales.assertSameInAll(() -> ManifestMaker.Kind.of("DIRECTORY").name());
  }
}
