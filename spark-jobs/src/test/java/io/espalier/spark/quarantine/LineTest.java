package io.espalier.spark.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.nn.TimeLimitException;
import io.espalier.outcome.ErrorCode;
import io.espalier.spark.TestSpark;
import io.espalier.spark.quarantine.Suspects.Batch;
import io.espalier.spark.quarantine.Suspects.Known;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The line between tasks and driver, over a real connection. */
class LineTest {
  private static final int BATCHES = 2000;
  private static final Loss CRASH = Loss.of("Command exited with code 139");

  private final Suspects suspects = new Suspects();
  private final Set<String> alive = new HashSet<>(Set.of("e1", "e2"));
  private RpcEnv executor;
  private RpcEndpointRef served;
  private RpcEndpointRef driver;

  @BeforeEach
  void connect() {
    RpcEnv own = TestSpark.session().sparkContext().env().rpcEnv();
    served =
        new SuspectsEndpoint(own, suspects, Optional.empty(), alive::contains).open("line-test");
    SparkConf conf = SparkEnv.get().conf();
    SecurityManager security = SparkEnv.get().securityManager();
    executor = RpcEnv.create("executor", "localhost", "localhost", 0, conf, security, 0, true);
    driver = executor.setupEndpointRef(own.address(), "line-test");
  }

  @AfterEach
  void disconnect() {
    executor.shutdown();
    executor.awaitTermination();
    TestSpark.session().sparkContext().env().rpcEnv().stop(served);
  }

  private Line line(long attempt, String process) {
    return new Line(driver, attempt, process);
  }

  @Test
  void theDriverKnowsOfABatchBeforeItIsComputed() {
    line(1, "e1").begin(new Batch("e1", List.of("a", "b", "b"), false));
    assertThat(suspects.lost("e1", CRASH)).containsExactly("a", "b");
    Known known = line(2, "e2").known();
    assertThat(known.suspects()).containsExactlyInAnyOrder("a", "b");
    line(2, "e2").begin(new Batch("e2", List.of("a"), true));
    suspects.lost("e2", CRASH);
    Verdict verdict = line(3, "e3").known().verdicts().get("a");
    assertThat(verdict.code()).isEqualTo(ErrorCode.NATIVE_CRASH);
    assertThat(verdict).isEqualTo(suspects.known().verdicts().get("a"));
  }

  @Test
  void whatHasEndedIsForgottenInOrder() {
    Line line = line(1, "e1");
    for (int i = 0; i < 100; i++) {
      line.begin(new Batch("e1", List.of("row " + i), false));
      line.end();
    }
    assertThat(line.known()).isEqualTo(Known.NOTHING);
    assertThat(suspects.lost("e1", CRASH)).isEmpty();
  }

  /** The next attempt of a task may come before the reason of the last one's end. */
  @Test
  void aTaskWaitsForTheReasonOfALoss() throws Exception {
    line(1, "e1").begin(new Batch("e1", List.of("a"), false));
    alive.remove("e1");
    CompletableFuture<Known> known = CompletableFuture.supplyAsync(() -> line(2, "e2").known());
    Thread.sleep(300);
    assertThat(known).isNotDone();
    suspects.lost("e1", CRASH);
    assertThat(known.get(5, TimeUnit.SECONDS).suspects()).containsExactly("a");
  }

  @Test
  void aDriverThatIsGoneCostsNothingElse() {
    TestSpark.session().sparkContext().env().rpcEnv().stop(served);
    Line line = line(1, "e1");
    assertThat(line.known()).isEqualTo(Known.NOTHING);
    line.begin(new Batch("e1", List.of("a"), false));
    line.stalled();
    line.end();
  }

  @Test
  void whoIsAloneHasTheProcessToItself() throws Exception {
    try (ComputeGate gate = new ComputeGate()) {
      Computation together = begin(gate, 1, false, Duration.ZERO, "a");
      CompletableFuture.runAsync(() -> begin(gate, 2, false, Duration.ZERO, "b").close())
          .get(5, TimeUnit.SECONDS);
      AtomicReference<String> entered = new AtomicReference<>("");
      CompletableFuture<Void> alone =
          CompletableFuture.runAsync(
              () -> {
                try (Computation own = begin(gate, 3, true, Duration.ZERO, "c")) {
                  entered.set(String.join(",", own.ids()));
                }
              });
      Thread.sleep(200);
      assertThat(entered.get()).isEmpty();
      assertThat(suspects.lost("e1", CRASH)).as("who has begun").containsExactly("a");
      together.close();
      alone.get(5, TimeUnit.SECONDS);
      assertThat(entered.get()).isEqualTo("c");
    }
  }

  @Test
  void aBatchMayTakeAsLongAsItsWindowsTogether() throws InterruptedException {
    try (ComputeGate gate = new ComputeGate()) {
      Duration limit = Duration.ofMillis(500);
      try (Computation two = begin(gate, 1, false, limit, "a", "b")) {
        Thread.sleep(700);
        two.beat();
        assertThat(two.isStalled()).isFalse();
        Thread.sleep(600);
        assertThat(two.isStalled()).as("longer than one window without a sign of life").isTrue();
        assertThatThrownBy(two::beat)
            .isInstanceOf(TimeLimitException.class)
            .hasMessage("Cannot compute 2 windows: they take longer than 1 s");
      }
      try (Computation any = begin(gate, 1, false, Duration.ZERO, "a")) {
        any.beat();
        assertThat(any.isStalled()).isFalse();
      }
    }
  }

  /** Two messages for each batch, one of which is waited for. */
  @Test
  void tellingTheDriverTakesLessThanAHundredthOfASecond() {
    Line line = line(1, "e1");
    List<String> ids = IntStream.range(0, 32).mapToObj(i -> "utterance-" + i).toList();
    long start = System.nanoTime();
    for (int i = 0; i < BATCHES; i++) {
      line.begin(new Batch("e1", ids, false));
      line.end();
    }
    double ms = (System.nanoTime() - start) / 1e6 / BATCHES;
    System.out.printf(Locale.ROOT, "Telling the driver of a batch of 32 rows: %.3f ms%n", ms);
    assertThat(ms).isLessThan(10);
  }

  private Computation begin(
      ComputeGate gate, long attempt, boolean alone, Duration limit, String... ids) {
    return Computation.begin(
        gate, line(attempt, "e1"), new Batch("e1", List.of(ids), alone), limit);
  }
}
