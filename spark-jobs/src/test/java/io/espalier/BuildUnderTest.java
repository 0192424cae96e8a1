package io.espalier;

import java.net.URISyntaxException;
import java.nio.file.Path;
import scala.util.Properties$;

/** For which Spark the build is that is tested, and where it lies. */
public final class BuildUnderTest {
  private BuildUnderTest() {}

  /** Spark's line, such as 3.5. */
  public static String spark() {
    return line(org.apache.spark.package$.MODULE$.SPARK_VERSION());
  }

  /** Scala's, such as 2.12. */
  public static String scala() {
    return line(Properties$.MODULE$.versionNumberString());
  }

  /** The directory of its jars. */
  public static Path directory() {
    try {
      return Path.of(
              BuildUnderTest.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String line(String version) {
    return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
  }
}
