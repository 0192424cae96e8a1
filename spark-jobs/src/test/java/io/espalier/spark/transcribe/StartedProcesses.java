package io.espalier.spark.transcribe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Counts the processes that this JVM starts, as the JVM itself records them. */
public final class StartedProcesses {
  private StartedProcesses() {}

  /** The command of each process that was started meanwhile. */
  public static List<String> during(Callable<?> work) throws Exception {
    Path file = Files.createTempFile("processes", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ProcessStart").withoutThreshold();
      recording.start();
      work.call();
      recording.stop();
      recording.dump(file);
      return commands(file);
    } finally {
      Files.delete(file);
    }
  }

  private static List<String> commands(Path file) throws IOException {
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("jdk.ProcessStart"))
        .map(StartedProcesses::command)
        .toList();
  }

  private static String command(RecordedEvent event) {
    return event.getString("command");
  }
}
