package io.espalier.spark.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import io.espalier.spark.manifest.Verification.Finding;
import io.espalier.spark.manifest.Verification.Status;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class VerificationTest {
  private static final SparkSession SPARK = TestSpark.session();

  @BeforeAll
  static void makeManifest() {
    SPARK.sql(
        "CREATE TABLE verify_manifest AS SELECT concat('u', id) AS utt_id, '/a.wav' AS audio"
            + " FROM range(4)");
  }

  @Test
  void oneRowPerManifestRowHolds() {
    Verification verification =
        verify(
            "verify_good",
            "SELECT concat('u', id) AS utt_id, IF(id = 3, 'failed', 'ok') AS status,"
                + " IF(id = 3, 'AUDIO_EMPTY', NULL) AS error_code FROM range(4)");
    assertThat(verification.holds()).isTrue();
    assertThat(verification.statuses())
        .containsExactly(new Status("failed", "AUDIO_EMPTY", 1), new Status("ok", null, 3));
    assertThat(verification.report()).contains("4 manifest rows, 4 table rows");
  }

  @Test
  void missingDuplicatedAndExtraRowsAreFound() {
    Verification verification =
        verify(
            "verify_bad", "SELECT * FROM VALUES ('u0'), ('u1'), ('u1'), ('u9'), (NULL) t(utt_id)");
    assertThat(verification.holds()).isFalse();
    assertThat(verification.findings())
        .contains(
            new Finding("missing", 2, List.of("u2", "u3")),
            new Finding("duplicated", 1, List.of("u1")));
    assertThat(verification.findings().get(2).what()).isEqualTo("extra");
    assertThat(verification.findings().get(2).ids()).isEqualTo(2);
    assertThat(verification.report()).contains("duplicated: 1 ids, such as u1");
  }

  @Test
  void aConditionChoosesTheRowsOfOneRun() {
    SPARK.sql(
        "CREATE TABLE verify_runs AS SELECT concat('u', id % 4) AS utt_id, id DIV 4 AS run"
            + " FROM range(8)");
    assertThat(Verification.of(SPARK, "verify_manifest", "verify_runs", Optional.empty()).holds())
        .isFalse();
    assertThat(
            Verification.of(SPARK, "verify_manifest", "verify_runs", Optional.of("run = 1"))
                .holds())
        .isTrue();
  }

  private static Verification verify(String table, String query) {
    SPARK.sql("CREATE TABLE " + table + " AS " + query);
    return Verification.of(SPARK, "verify_manifest", table, Optional.empty());
  }
}
