package io.espalier.spark.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;

/** Whether connectors for object stores can load {@link LocalDisk}, by where they are installed. */
class ConnectorLoadersTest {
  private final ClassLoader application = LocalDisk.class.getClassLoader();

  @Test
  void aConnectorAmongSparksJarsDoesNotSeeTheApplication() {
    // The JDK's own classes stand for Spark's jars: their loader knows nothing of the application.
    assertThat(Connection.class.getClassLoader()).isNotNull().isNotEqualTo(application);
    assertThat(Storage.isHiddenFrom(Connection.class.getName(), application)).isTrue();
  }

  @Test
  void aConnectorBesideTheApplicationSeesIt() {
    assertThat(Storage.isHiddenFrom(FileSystem.class.getName(), application)).isFalse();
  }

  @Test
  void withoutAConnectorNothingIsHidden() {
    assertThat(Storage.isHiddenFrom("com.acme.NoSuchConnector", application)).isFalse();
  }
}
