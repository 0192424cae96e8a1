package io.espalier.spark.storage;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** The local disk under a scheme of its own, as if it were another machine's. */
public final class FarFileSystem extends RawLocalFileSystem {
  /** Names this class in a Hadoop configuration. */
  public static final String KEY = "fs.far.impl";

  /** Refuses to rename a directory of a name that holds this, for tests of failures. */
  public static final String STUCK = "stuck";

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    super.initialize(URI.create("far:///"), conf);
    setConf(conf);
  }

  @Override
  public URI getUri() {
    return URI.create("far:///");
  }

  @Override
  public String getScheme() {
    return "far";
  }

  @Override
  public void setPermission(Path path, FsPermission permission) {}

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return !to.getName().equals(STUCK) && super.rename(from, to);
  }
}
