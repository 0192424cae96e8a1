package io.espalier.spark.bundle;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.Locations;
import io.espalier.spark.task.Lease;
import io.espalier.spark.task.ModelRegistry;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bundle on any Hadoop file system. A process fetches it once and opens each part of it once per
 * device, for all its tasks. Travels to the tasks.
 */
public final class SharedBundle implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedBundle.class);
  private static final long serialVersionUID = 1L;

  private final String location;
  private final String fingerprint;
  private final SerializableConfiguration hadoop;

  /**
   * Opens a part of a bundle.
   *
   * @param <T> what holds its native memory
   */
  @FunctionalInterface
  public interface Loader<T extends AutoCloseable> {
    /**
     * Reads it.
     *
     * @param directory of this machine
     */
    T load(Path directory) throws IOException;
  }

  /**
   * Reads the bundle's card, and nothing else yet.
   *
   * @param bundle directory
   * @throws UsageException if there is no bundle, or an executor does not see it
   */
  public SharedBundle(SparkSession spark, String bundle) {
    hadoop = new SerializableConfiguration(spark.sessionState().newHadoopConf());
    location = Locations.absolute(hadoop.value(), bundle);
    fingerprint = BundleFiles.fingerprint(hadoop.value(), location);
    Locations.requireVisible(spark, "bundle", location + "/" + BundleFiles.CARD);
  }

  /** SHA-256 of the bundle's card, which names all its files. */
  public String fingerprint() {
    return fingerprint;
  }

  /**
   * Shares a part of the bundle with the other tasks of this process, or opens it.
   *
   * @param part its name, such as {@code model}
   * @param identity what is wanted of it, such as {@code bfloat16}
   */
  public <T extends AutoCloseable> Lease<T> open(
      String part, String identity, TaskDevice device, Loader<T> loader) throws IOException {
    String slot = part + " on " + device.name();
    Lease<Opened<T>> lease =
        ModelRegistry.process()
            .acquire(slot, new Identity(fingerprint, identity), () -> load(slot, identity, loader));
    return new Lease<>(lease.value().part(), lease::close);
  }

  private <T extends AutoCloseable> Opened<T> load(String slot, String identity, Loader<T> loader)
      throws IOException {
    Lease<BundleFiles> files =
        ModelRegistry.process()
            .acquire(
                "bundle files",
                new Place(location, fingerprint),
                () -> BundleFiles.local(hadoop.value(), location, fingerprint));
    try {
      long start = System.nanoTime();
      Opened<T> opened = new Opened<>(loader.load(files.value().directory()), files);
      LOG.info(
          "Opened {} of {}: {}, {} s",
          slot,
          location,
          identity,
          String.format(Locale.ROOT, "%.1f", (System.nanoTime() - start) / 1e9));
      return opened;
    } catch (IOException | RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  private record Identity(String bundle, String part) {}

  /** Where files were found. The same bundle may be at another place now. */
  private record Place(String location, String bundle) {}

  /** A part of a bundle, and the files that it was read from. */
  private record Opened<T extends AutoCloseable>(T part, Lease<BundleFiles> files)
      implements AutoCloseable {
    @Override
    public void close() {
      try (files) {
        part.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("Cannot close a part of a bundle", e);
      }
    }
  }
}
