package io.espalier.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A program that listens on a port of this machine until it is closed. */
final class Server implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(4);
  private static final Duration POLL = Duration.ofMillis(300);

  private final Process process;
  private final int port;
  private final Path log;

  private Server(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** A port on which nobody listens. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts a program and waits until it listens. */
  static Server start(
      Path directory, Map<String, String> environment, int port, List<String> command)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(directory, "server", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Server server = new Server(builder.start(), port, log);
    try {
      server.await();
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  int port() {
    return port;
  }

  private void await() throws IOException, InterruptedException {
    Instant end = Instant.now().plus(START);
    while (!listens()) {
      if (!process.isAlive() || Instant.now().isAfter(end)) {
        throw new IllegalStateException("The server did not start: " + Files.readString(log));
      }
      Thread.sleep(POLL.toMillis());
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().orTimeout(1, TimeUnit.MINUTES).join();
    } catch (CompletionException e) {
      process.destroyForcibly();
    }
  }
}
