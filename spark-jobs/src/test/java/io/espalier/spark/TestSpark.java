package io.espalier.spark;

import io.espalier.spark.session.SparkSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * The one session of a test JVM, with an Iceberg warehouse in a temporary directory that goes away
 * with the JVM. Tests keep apart by their table names.
 */
public final class TestSpark {
  private TestSpark() {}

  /** The shared session; never stop it. */
  public static SparkSession session() {
    return Holder.SESSION;
  }

  /** The directory of the default catalog. */
  public static Path warehouse() {
    return Holder.WAREHOUSE;
  }

  private static final class Holder {
    static final Path WAREHOUSE = temporaryDirectory();
    static final SparkSession SESSION =
        SparkSessions.create(
            "espalier-test",
            Map.of(
                "spark.master",
                "local[2]",
                "spark.ui.enabled",
                "false",
                "spark.sql.shuffle.partitions",
                "2",
                // The whole suite holds in ANSI mode too: -Despalier.test.ansi=true
                "spark.sql.ansi.enabled",
                System.getProperty("espalier.test.ansi", "false"),
                "spark.sql.warehouse.dir",
                WAREHOUSE.resolve("session").toUri().toString(),
                "spark.espalier.warehouse",
                WAREHOUSE.resolve("espalier").toUri().toString()));

    private static Path temporaryDirectory() {
      try {
        Path directory = Files.createTempDirectory("espalier-test");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
        return directory;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void delete(Path directory) {
      if (SESSION != null) {
        SESSION.stop();
      }
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
