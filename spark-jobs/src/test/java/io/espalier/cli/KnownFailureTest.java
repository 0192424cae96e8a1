package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class KnownFailureTest {
  private static final String TASK =
      """
      Job aborted due to stage failure: Task 0 in stage 7.0 failed 4 times, most recent failure: \
      Lost task 0.3 in stage 7.0 (TID 12) (10.0.0.7 executor 1): java.io.FileNotFoundException: \
      File file:/data/m.parquet does not exist
      It is possible the underlying files have been updated.
      \tat java.base/java.lang.Thread.run(Thread.java:840)

      Driver stacktrace:\
      """;

  @Test
  void aFileThatAnExecutorDoesNotSeeIsOneSentence() {
    assertThat(FailureText.of(new SparkException(TASK, null)))
        .isEqualTo(
            "Cannot use file: file:/data/m.parquet is on the driver's disk, and executors on"
                + " 10.0.0.7 cannot access it. Put it on storage that all machines share, or run"
                + " with --master local[*]");
  }

  @Test
  void aFileInStorageThatIsGoneIsToldAsItIs() {
    String gone = TASK.replace("file:/data", "hdfs://nn/data");
    assertThat(FailureText.of(new SparkException(gone, null)))
        .startsWith("A task failed on 10.0.0.7 executor 1:");
  }

  @Test
  void storageWithoutCredentialsIsNamedOnce() {
    String s3 =
        "s3a://corpus/bundle/bundle.yaml: org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException: No"
            + " AWS Credentials provided";
    String sentence =
        "Cannot open s3a://corpus/bundle/bundle.yaml: there are no credentials for its storage. Set"
            + " spark.hadoop.fs.s3a.access.key and spark.hadoop.fs.s3a.secret.key, or another"
            + " spark.hadoop.fs.s3a.aws.credentials.provider";
    assertThat(FailureText.of(new IOException(s3))).isEqualTo(sentence);
    assertThat(FailureText.of(new UncheckedIOException("Cannot read " + s3, new IOException(s3))))
        .isEqualTo(sentence);
  }

  @Test
  void aDriverThatIsMissingIsNamedWithTheFix() {
    SQLException cause = new SQLException("No suitable driver found for jdbc:postgresql://db/lake");
    assertThat(
            FailureText.of(
                new RuntimeException(
                    new UncheckedSQLException(cause, "Failed to connect: %s", "jdbc"))))
        .isEqualTo(
            "Cannot open the catalog: No suitable driver found for jdbc:postgresql://db/lake. Add"
                + " the database's driver with --jars, such as --jars postgresql-42.7.8.jar");
  }

  @Test
  void aCatalogThatDoesNotAnswerOrRefusesIsOneSentence() {
    assertThat(
            FailureText.of(
                new UncheckedSQLException(
                    new SQLException("Connection to db:5432 refused."), "Failed to connect")))
        .isEqualTo(
            "Cannot open the catalog: Connection to db:5432 refused. Check its uri, jdbc.user and"
                + " jdbc.password");
    assertThat(FailureText.of(new RESTException(new java.net.ConnectException("refused"), "GET")))
        .isEqualTo("Cannot reach the catalog: java.net.ConnectException: refused. Check its uri");
    assertThat(FailureText.of(new NotAuthorizedException("Not authorized: %s", "no token")))
        .isEqualTo(
            "Cannot use the catalog: it refuses access (Not authorized: no token). Set its"
                + " credential or token");
  }
}
