package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.audio.AudioLimits;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.context.ContextOptions;
import io.espalier.search.Decoding;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.SearchRelease;
import io.espalier.spark.context.ContextJobOptions;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.Fingerprint;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.stage.StageProgress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class TranscribeOptionsTest {
  @Test
  void defaultsAreThoseOfTheModelAndOfTheDecoder() {
    EspalierConf conf = SessionConf.of(Map.of(), Map.of("manifest", "m"));
    assertThat(TranscribeOptions.decoding(conf)).isEqualTo(Decoding.DEFAULTS);
    TranscribeOptions options = TranscribeOptions.of(conf);
    assertThat(options.stage().tasks().audio().limits()).isEqualTo(AudioLimits.defaults());
    assertThat(options.stage().language()).isNull();
    assertThat(options.stage().runId()).isEmpty();
    assertThat(options.stage().tasks().audio().schemes())
        .contains("file", "hdfs", "s3a", "gs", "abfs");
    assertThat(options.stage().tasks().audio().schemes()).doesNotContain("http", "https");
  }

  @Test
  void theSearchIsThatOfTheNewestReleaseOrOfTheOneNamed() {
    assertThat(DecodingOptions.DEFAULTS.search()).isEqualTo(SearchRelease.ESPNET_202611);
    EspalierConf old = SessionConf.of(Map.of("spark.espalier.search", "espnet-202511"), Map.of());
    assertThat(TranscribeOptions.decoding(old).options().search())
        .isEqualTo(SearchRelease.ESPNET_202511);
    assertThatThrownBy(() -> SessionConf.of(Map.of(), Map.of("search", "espnet-202410")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'espnet-202410', must be one of espnet-202611, espnet-202511");
  }

  @Test
  void aMissingManifestIsNamed() {
    assertThatThrownBy(() -> TranscribeOptions.of(SessionConf.of(Map.of(), Map.of())))
        .isInstanceOf(UsageException.class)
        .hasMessage("Missing --manifest: give the option or set spark.espalier.manifest");
  }

  @Test
  void allMistakesOfACallAreNamedAtOnce() {
    Map<String, String> wrong =
        Map.of(
            "gates", "ajar",
            "gate-context", "weather",
            "target-sparsity", "2",
            "language", "klingon",
            "task", "translate",
            "device", "tpu",
            "context-device", "abacus",
            "uncertain-language", "7",
            "beam", "0",
            "beem", "5");
    assertThatThrownBy(
            () -> EspalierConf.of(SessionConf.keys(), StageKeys.REQUIRED, Map.of("a", "b"), wrong))
        .isInstanceOf(UsageException.class)
        .message()
        .contains("'klingon' of --language", "translate", "'tpu'", "'abacus'")
        .contains("'7' of --uncertain-language", "spark.espalier.beam: '0'", "spark.espalier.beem")
        .contains("Missing --manifest", "Missing --bundle", "ajar", "weather", "'2'")
        .hasLineCount(12);
  }

  @Test
  void languagesHaveCodesAndNames() {
    assertThat(TranscribeOptions.of(labelled("language", "German")).stage().language())
        .isEqualTo("deu");
    assertThat(TranscribeOptions.of(labelled("language", "Auto")).stage().language()).isNull();
    assertThat(ContextJobOptions.of(labelled("uncertain-language", "German")).context())
        .extracting(ContextOptions::uncertainLanguage)
        .isEqualTo("deu");
    assertThat(ContextJobOptions.of(labelled("uncertain-language", "FAIL")).context())
        .extracting(ContextOptions::uncertainLanguage)
        .isNull();
  }

  @Test
  void labelsThatNoModelHasAreUsageErrors() {
    assertThatThrownBy(() -> TranscribeOptions.of(labelled("language", "klingon")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'klingon' of --language");
    assertThatThrownBy(() -> TranscribeOptions.of(labelled("task", "translate")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Invalid task: translate");
    assertThatThrownBy(() -> ContextJobOptions.of(labelled("uncertain-language", "7")))
        .hasMessageContaining("'7' of --uncertain-language");
  }

  private static EspalierConf labelled(String key, String value) {
    return SessionConf.of(Map.of(), Map.of("manifest", "m", key, value));
  }

  @Test
  void optionsThatExcludeEachOtherAreUsageErrors() {
    EspalierConf conf = SessionConf.of(Map.of(), Map.of("timestamps", "true", "ctc-weight", "0.3"));
    assertThatThrownBy(() -> TranscribeOptions.decoding(conf))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("must be 0 when timestamps are asked for");
  }

  @Test
  void gatesThatAreNoneAreUsageErrors() {
    for (Map<String, String> options :
        List.of(
            Map.of("gates", "closed"),
            Map.of("gates", "fixed:10x1/110"),
            Map.of("gates", "random:2/0.5:1"),
            Map.of("gate-context", "room"),
            Map.of("target-sparsity", "2"))) {
      assertThatThrownBy(() -> SessionConf.of(Map.of(), options))
          .as("%s", options)
          .isInstanceOf(UsageException.class);
    }
  }

  @Test
  void everythingThatChangesATextChangesTheFingerprint() {
    Set<String> seen = new HashSet<>();
    List<Map<String, String>> changes =
        List.of(
            Map.of(),
            Map.of("beam", "2"),
            Map.of("ctc-weight", "0.3"),
            Map.of("maxlenratio", "0.5"),
            Map.of("minlenratio", "0.1"),
            Map.of("penalty", "0.1"),
            Map.of("normalize-length", "true"),
            Map.of("timestamps", "true"),
            Map.of("condition-on-prev-text", "true"),
            Map.of("end-time-threshold-s", "20"),
            Map.of("skip-last-chunk-s", "1"),
            Map.of("search", "espnet-202511"));
    assertThat(changes).hasSize(1 + DecodingOptions.class.getRecordComponents().length);
    for (Map<String, String> change : changes) {
      assertThat(seen.add(model("bundle", change))).as("%s", change).isTrue();
    }
    assertThat(seen.add(model("other", Map.of()))).isTrue();
    for (Map<String, String> change :
        List.of(
            Map.of("pad", "none"),
            Map.of("gates", "open"),
            Map.of("gates", "fixed:1011/110"),
            Map.of("gates", "random:0.5/0.5:1"),
            Map.of("gate-context", "none"),
            Map.of("target-sparsity", "0.5"))) {
      assertThat(seen.add(model("bundle", change))).as("%s", change).isTrue();
    }
    assertThat(seen.add(model("bundle", Map.of("batch-seconds", "90")))).isFalse();
    assertThat(seen.add(Fingerprint.ofJob("m", "", null, "asr", "1"))).isTrue();
    assertThat(seen.add(Fingerprint.ofJob("m", "", "deu", "asr", "1"))).isTrue();
    assertThat(seen.add(Fingerprint.ofJob("m", "", null, "st_eng", "1"))).isTrue();
    assertThat(seen.add(Fingerprint.ofJob("m", "", null, "asr", "2"))).isTrue();
    assertThat(seen).allMatch(text -> text.matches("[0-9a-f]{64}"));
  }

  @Test
  void columnsToKeepMustBeThereAndFree() {
    StructType manifest = new StructType().add("utt_id", "string").add("score", "double");
    assertThatThrownBy(() -> TranscriptSchema.with(List.of("score", "room"), manifest))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "Cannot keep column: score is already a column of every transcripts table")
        .hasMessageContaining("Cannot keep column: room is not in the manifest");
  }

  @Test
  void everyColumnOfTheTableHasAComment() {
    StructType schema = TranscriptSchema.with(List.of(), new StructType());
    assertThat(schema.fields()).allMatch(field -> field.getComment().isDefined());
  }

  @Test
  void theProgressLineSaysHowFarAndHowLong() {
    assertThat(new StageProgress.Snapshot(48, 40, 120, 1, 0.1, 24).text())
        .isEqualTo(" 40 %  48 of 120 (40 committed)  2.0/s  RTFx 15.0  1 failed  36 s left");
    assertThat(new StageProgress.Snapshot(0, 0, 120, 0, 0, 1).text()).endsWith("starting");
    assertThat(new StageProgress.Snapshot(1, 0, 121, 0, 0, 60).text()).endsWith("2 h 00 min left");
  }

  private static String model(String bundle, Map<String, String> options) {
    EspalierConf conf = SessionConf.of(Map.of(), options);
    return Fingerprint.ofModel(
        bundle, "float32", TranscribeOptions.decoding(conf), Decoding.learnedGates(conf::get));
  }
}
