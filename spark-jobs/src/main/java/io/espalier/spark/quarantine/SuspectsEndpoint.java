package io.espalier.spark.quarantine;

import io.espalier.spark.quarantine.Suspects.Batch;
import io.espalier.spark.quarantine.Suspects.Known;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import scala.Function1;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * The driver's end of the line to the tasks, on Spark's own connections: it needs no port, no
 * shared storage, and nothing on the class path of an executor before it starts. Messages are
 * arrays of plain Java types, since the driver may not find our classes in the thread that reads
 * them.
 */
final class SuspectsEndpoint implements ThreadSafeRpcEndpoint {
  static final String KNOWN = "known";
  static final String BEGIN = "begin";
  static final String END = "end";
  static final String STALLED = "stalled";

  private final RpcEnv env;
  private final Suspects suspects;
  private final Optional<InFlightFiles> files;
  private final Predicate<String> alive;

  /**
   * @param alive whether Spark counts an executor among those that it has
   */
  SuspectsEndpoint(
      RpcEnv env, Suspects suspects, Optional<InFlightFiles> files, Predicate<String> alive) {
    this.env = env;
    this.suspects = suspects;
    this.files = files;
    this.alive = alive;
  }

  @Override
  public RpcEnv rpcEnv() {
    return env;
  }

  /** Opens the line. */
  RpcEndpointRef open(String name) {
    return env.setupEndpoint(name, this);
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receive() {
    return handler(this::take);
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext call) {
    return handler(message -> call.reply(answer(message)));
  }

  private void take(Object[] message) {
    if (message[0].equals(END)) {
      long attempt = (Long) message[1];
      suspects.end(attempt);
      files.ifPresent(own -> own.end(attempt));
    }
  }

  private Object answer(Object[] message) {
    switch ((String) message[0]) {
      case KNOWN -> {
        return known((Boolean) message[1]);
      }
      case BEGIN -> {
        long attempt = (Long) message[1];
        List<String> ids = Arrays.asList((String[]) message[4]);
        Batch batch = new Batch((String) message[2], ids, (Boolean) message[3]);
        suspects.begin(attempt, batch);
        files.ifPresent(own -> own.begin(attempt, batch));
      }
      case STALLED -> {
        long attempt = (Long) message[1];
        suspects.stalled(attempt);
        files.ifPresent(own -> own.stalled(attempt));
      }
      default -> throw new IllegalArgumentException("Unknown message: " + message[0]);
    }
    return true;
  }

  /**
   * What is known; false as long as it is not known why a process has died.
   *
   * @param waited whether that was asked for long enough
   */
  private Object known(boolean waited) {
    Set<String> missing = suspects.missing(alive);
    if (!missing.isEmpty() && !waited) {
      return false;
    }
    missing.forEach(process -> suspects.lost(process, Loss.unknown()));
    return packed(suspects.known());
  }

  private static Object[] packed(Known known) {
    String[] verdicts =
        known.verdicts().entrySet().stream()
            .flatMap(
                entry ->
                    List.of(
                        entry.getKey(), entry.getValue().code().name(), entry.getValue().message())
                        .stream())
            .toArray(String[]::new);
    return new Object[] {known.suspects().toArray(String[]::new), verdicts};
  }

  private static PartialFunction<Object, BoxedUnit> handler(Consumer<Object[]> work) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(Object message) {
        return message instanceof Object[];
      }

      @Override
      @SuppressWarnings("unchecked") // Scala's unit is what every handler returns.
      public <A, B> B applyOrElse(A message, Function1<A, B> otherwise) {
        if (!isDefinedAt(message)) {
          return otherwise.apply(message);
        }
        work.accept((Object[]) message);
        return (B) BoxedUnit.UNIT;
      }
    };
  }
}
