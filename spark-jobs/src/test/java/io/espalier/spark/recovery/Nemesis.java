package io.espalier.spark.recovery;

import io.espalier.spark.Deaths;
import io.espalier.spark.recovery.History.Kind;
import io.espalier.spark.recovery.Weather.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Does a job harm, as a seed says: kills and pauses its processes and has its storage fail. It
 * harms no data: what is written stays as it is.
 */
final class Nemesis {
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";
  private static final String DECODER = "DecoderWorker";
  private static final int SHORTEST_PAUSE_MS = 200;
  private static final int PAUSE_MS = 1500;

  private final Random random;
  private final List<Fault> faults;
  private final Path directory;
  private final History history;
  private final Weather weather;

  /**
   * @param faults to choose from
   * @param directory of the job
   */
  Nemesis(Random random, List<Fault> faults, Path directory) {
    this.random = random;
    this.faults = faults;
    this.directory = directory;
    this.history = JobDirectory.history(directory);
    this.weather = new Weather(JobDirectory.weather(directory));
  }

  /**
   * Does one thing to a job that runs.
   *
   * @return what; empty if there was nobody to do it to
   */
  Optional<Fault> strike(Process driver) throws IOException, InterruptedException {
    Fault fault = faults.get(random.nextInt(faults.size()));
    return inflict(fault, driver) ? Optional.of(fault) : Optional.empty();
  }

  private boolean inflict(Fault fault, Process driver) throws IOException, InterruptedException {
    long self = driver.pid();
    return switch (fault) {
      case KILL_DRIVER -> signal(fault, "KILL", Optional.of(self));
      case PAUSE_DRIVER -> pause(fault, Optional.of(self));
      case KILL_EXECUTOR -> signal(fault, "KILL", any(driver, EXECUTOR));
      case NATIVE_CRASH -> signal(fault, "SEGV", any(driver, EXECUTOR));
      case PAUSE_EXECUTOR -> pause(fault, any(driver, EXECUTOR));
      case KILL_DECODER -> signal(fault, "KILL", any(driver, DECODER));
      case PAUSE_DECODER -> pause(fault, any(driver, DECODER));
      case FULL_DISK -> spell(fault, Trouble.FULL);
      case STORAGE_ERROR -> spell(fault, Trouble.FAILING);
      case STORAGE_SLOW -> spell(fault, Trouble.SLOW);
      case UNKNOWN_COMMIT -> once(fault, Trouble.UNKNOWN_COMMIT);
      case DEATH_BEFORE_COMMIT -> once(fault, Trouble.DEATH_BEFORE_COMMIT);
      case DEATH_AFTER_COMMIT -> once(fault, Trouble.DEATH_AFTER_COMMIT);
      case STRAGGLER -> {
        history.add(Kind.FAULT, self, fault.name());
        RowTroubles now = RowTroubles.of(directory);
        new RowTroubles(directory, RowTroubles.Trouble.STANDS_STILL, "", false, now.rowMs()).tell();
        yield true;
      }
    };
  }

  /** A process of the job whose command names this class. */
  private Optional<Long> any(Process driver, String main) {
    List<Long> all = Deaths.processes(driver, main);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
  }

  private boolean signal(Fault fault, String signal, Optional<Long> process) {
    process.ifPresent(
        victim -> {
          history.add(Kind.FAULT, victim, fault.name());
          Deaths.signal(signal, victim);
        });
    return process.isPresent();
  }

  private boolean pause(Fault fault, Optional<Long> process) throws InterruptedException {
    if (process.isEmpty()) {
      return false;
    }
    history.add(Kind.FAULT, process.get(), fault.name());
    Deaths.signal("STOP", process.get());
    try {
      Thread.sleep(SHORTEST_PAUSE_MS + random.nextInt(PAUSE_MS));
    } finally {
      Deaths.signal("CONT", process.get());
    }
    return true;
  }

  private boolean spell(Fault fault, Trouble trouble) throws InterruptedException {
    history.add(Kind.FAULT, 0, fault.name());
    weather.begin(trouble);
    try {
      Thread.sleep(SHORTEST_PAUSE_MS + random.nextInt(PAUSE_MS));
    } finally {
      weather.end(trouble);
    }
    return true;
  }

  private boolean once(Fault fault, Trouble trouble) {
    history.add(Kind.FAULT, 0, fault.name());
    weather.begin(trouble);
    return true;
  }
}
