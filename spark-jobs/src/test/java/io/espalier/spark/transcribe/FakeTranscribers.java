package io.espalier.spark.transcribe;

import io.espalier.search.Outcome;
import io.espalier.search.Transcriber;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.transcribe.FakeTranscriber.Fault;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Opens {@link FakeTranscriber}s and remembers, in this JVM, the ids that they saw.
 *
 * @param name under which ids are remembered
 */
public record FakeTranscribers(String name, String fingerprint, Fault fault)
    implements TranscriberFactory {
  private static final ConcurrentHashMap<String, Queue<String>> SEEN = new ConcurrentHashMap<>();

  public static FakeTranscribers sound(String name) {
    return new FakeTranscribers(name, "fake", Fault.NONE);
  }

  public FakeTranscribers with(Fault other) {
    return new FakeTranscribers(name, fingerprint, other);
  }

  public FakeTranscribers withFingerprint(String other) {
    return new FakeTranscribers(name, other, fault);
  }

  /** Ids in the order in which they were transcribed; forgets them. */
  List<String> seen() {
    Queue<String> seen = SEEN.remove(name);
    return seen == null ? List.of() : List.copyOf(seen);
  }

  static int countSeen(String name) {
    return SEEN.getOrDefault(name, new ConcurrentLinkedQueue<>()).size();
  }

  @Override
  public String precision(TaskDevice device) {
    return "float32";
  }

  @Override
  public Transcriber open(TaskDevice device) {
    return new FakeTranscriber(this::answer);
  }

  private List<Outcome> answer(Outcome right) {
    SEEN.computeIfAbsent(name, unused -> new ConcurrentLinkedQueue<>()).add(right.id());
    return fault.outcomes(right);
  }
}
