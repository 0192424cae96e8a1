package io.espalier.udfs;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import scala.util.Properties$;

/**
 * A Spark with its Scala. A jar runs only on the line of Spark, such as 3.5, and of Scala, such as
 * 2.12, for which it is built: on another, calls end in errors of linkage that do not say why.
 *
 * @param spark its version, or that of a vendor's build, such as 3.5.9-amzn-1
 * @param scala its version
 */
public record SparkBuild(String spark, String scala) {
  private static final String RESOURCE = "spark-build.properties";
  private static final Pattern LINE = Pattern.compile("(\\d+\\.\\d+).*", Pattern.DOTALL);

  /**
   * Why this jar cannot be used on the Spark that runs.
   *
   * @return one sentence that names both, or empty if they fit
   */
  public static Optional<String> mismatch() {
    return ofThisJar().mismatch(running());
  }

  Optional<String> mismatch(SparkBuild running) {
    if (line(spark).equals(line(running.spark)) && line(scala).equals(line(running.scala))) {
      return Optional.empty();
    }
    return Optional.of(
        "This jar of Espalier is for Spark "
            + line(spark)
            + " with Scala "
            + line(scala)
            + ", but this is Spark "
            + running.spark
            + " with Scala "
            + running.scala
            + ": use Espalier's jar for that Spark, if there is one.");
  }

  static SparkBuild ofThisJar() {
    try (InputStream in = SparkBuild.class.getResourceAsStream(RESOURCE)) {
      Properties build = new Properties();
      build.load(new InputStreamReader(in, StandardCharsets.UTF_8));
      return new SparkBuild(build.getProperty("spark"), build.getProperty("scala"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + RESOURCE + ": " + e.getMessage(), e);
    }
  }

  private static SparkBuild running() {
    return new SparkBuild(
        org.apache.spark.package$.MODULE$.SPARK_VERSION(),
        Properties$.MODULE$.versionNumberString());
  }

  private static String line(String version) {
    Matcher matcher = LINE.matcher(version);
    return matcher.matches() ? matcher.group(1) : version;
  }
}
