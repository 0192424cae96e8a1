package io.espalier.spark.recovery;

import static io.espalier.spark.recovery.JobUnderFault.assertThatJob;

import io.espalier.cli.StandaloneDaemons;
import io.espalier.spark.recovery.JobUnderFault.Place;
import io.espalier.spark.recovery.JobUnderFault.RecoveryFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault at every place, on a standalone master with two workers. */
@Tag("slow")
class RecoveryTest {
  @TempDir static Path directory;

  private static StandaloneDaemons daemons;

  @BeforeAll
  static void startTheCluster() throws Exception {
    daemons = new StandaloneDaemons(Files.createDirectory(directory.resolve("cluster")));
    daemons.worker("worker1");
    daemons.worker("worker2");
  }

  @AfterAll
  static void stopTheCluster() {
    if (daemons != null) {
      daemons.close();
    }
  }

  @ParameterizedTest(name = "{0} at {1}")
  @MethodSource("faultsAndPlaces")
  void theJobFinishes(RecoveryFault fault, Place place) throws Exception {
    Path own = Files.createDirectory(directory.resolve(fault + "-" + place));
    assertThatJob(own, daemons.master())
        .experiencing(fault)
        .at(place)
        .finishesWithExactlyOneRowPerInput();
  }

  /** It may cost two executors and is then one failed row. */
  @Test
  void aRowThatAlwaysCrashesFails() throws Exception {
    assertThatJob(Files.createDirectory(directory.resolve("killer")), daemons.master())
        .experiencing(RecoveryFault.NATIVE_CRASH)
        .always()
        .at(Place.TRANSCRIBE)
        .finishesWithExactlyOneRowPerInput();
  }

  static Stream<Arguments> faultsAndPlaces() {
    return Arrays.stream(RecoveryFault.values())
        .flatMap(fault -> Arrays.stream(Place.values()).map(place -> Arguments.of(fault, place)));
  }
}
