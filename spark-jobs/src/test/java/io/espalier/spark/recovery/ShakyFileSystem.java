package io.espalier.spark.recovery;

import io.espalier.spark.Deaths;
import io.espalier.spark.recovery.Weather.Trouble;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local disk under a scheme of its own, in the {@link Weather} that a test makes. */
public final class ShakyFileSystem extends RawLocalFileSystem {
  /** Names this class in a Hadoop configuration. */
  static final String KEY = "fs.shaky.impl";

  /** The directory of the weather. */
  static final String WEATHER = "fs.shaky.weather";

  private static final long SLOW_NS = 300_000_000;
  private static final long SLOW_WRITER_NS = 20_000_000_000L;
  private static final String METADATA = ".metadata.json";

  private Weather weather;

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    super.initialize(URI.create("shaky:///"), conf);
    setConf(conf);
    weather = new Weather(java.nio.file.Path.of(conf.get(WEATHER)));
  }

  @Override
  public URI getUri() {
    return URI.create("shaky:///");
  }

  @Override
  public String getScheme() {
    return "shaky";
  }

  @Override
  public void setPermission(Path path, FsPermission permission) {}

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    meet("open", path, false);
    return super.open(path, bufferSize);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    meet("create", path, true);
    if (path.toString().contains("/data/")) {
      meetWriter(path);
    }
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    meet("rename", from, false);
    boolean commit = to.getName().endsWith(METADATA);
    if (commit && weather.happens(Trouble.DEATH_BEFORE_COMMIT)) {
      Deaths.kill();
    }
    boolean renamed = super.rename(from, to);
    if (commit && weather.happens(Trouble.DEATH_AFTER_COMMIT)) {
      Deaths.kill();
    }
    if (commit && weather.happens(Trouble.UNKNOWN_COMMIT)) {
      throw new IOException("Injected: the answer to a rename was lost: " + to);
    }
    return renamed;
  }

  private void meet(String what, Path path, boolean needsRoom) throws IOException {
    if (weather.is(Trouble.SLOW)) {
      LockSupport.parkNanos(SLOW_NS);
    }
    if (weather.is(Trouble.FAILING)) {
      throw new IOException("Injected: cannot %s %s".formatted(what, path));
    }
    if (needsRoom && weather.is(Trouble.FULL)) {
      throw new IOException("No space left on device (injected): " + path);
    }
  }

  private void meetWriter(Path path) throws IOException {
    if (weather.happens(Trouble.DEATH_OF_WRITER)) {
      Deaths.kill();
    }
    if (weather.happens(Trouble.CRASH_OF_WRITER)) {
      Deaths.crash();
    }
    if (weather.happens(Trouble.FAILURE_OF_WRITER)) {
      throw new IOException("Injected: cannot create " + path);
    }
    if (weather.happens(Trouble.SLOW_WRITER)) {
      LockSupport.parkNanos(SLOW_WRITER_NS);
    }
  }
}
