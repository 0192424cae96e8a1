package io.espalier.udfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkBuildTest {
  private static final SparkBuild JAR = new SparkBuild("3.5.9", "2.12");

  @Test
  void theTestsRunOnTheSparkOfTheBuild() {
    assertThat(SparkBuild.mismatch()).isEmpty();
    assertThat(SparkBuild.ofThisJar().spark()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(SparkBuild.ofThisJar().scala()).matches("2\\.1[23]");
  }

  @ParameterizedTest
  @CsvSource({"3.5.0, 2.12.18", "3.5.9-amzn-1, 2.12.15", "3.5.2.3.3.7190.0-91, 2.12.10"})
  void anotherReleaseOfTheSameLineFits(String spark, String scala) {
    assertThat(JAR.mismatch(new SparkBuild(spark, scala))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"4.1.4, 2.13.17", "3.5.9, 2.13.8", "3.4.4, 2.12.17", "35.0, 2.12.18"})
  void anotherLineIsNamedInOneSentence(String spark, String scala) {
    assertThat(JAR.mismatch(new SparkBuild(spark, scala)))
        .contains(
            "This jar of Espalier is for Spark 3.5 with Scala 2.12, but this is Spark "
                + spark
                + " with Scala "
                + scala
                + ": use Espalier's jar for that Spark, if there is one.");
  }

  @Test
  void everyCallOfARefusedFunctionSaysWhy() {
    assertThatThrownBy(() -> new Refusal<String, String>("The reason.").apply("argument"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("The reason.");
  }
}
