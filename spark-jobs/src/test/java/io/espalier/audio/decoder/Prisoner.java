package io.espalier.audio.decoder;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Says what it can reach from where a decoder runs. */
final class Prisoner {
  private static final int CONNECT_MS = 2_000;

  private Prisoner() {}

  /** Takes a port of this machine, a file to read, and directories to write to. */
  public static void main(String[] args) {
    tell("connect", () -> connect(Integer.parseInt(args[0])));
    tell("read", () -> Files.readAllBytes(Path.of(args[1])));
    tell("processes", () -> Files.readAllBytes(Path.of("/proc/self/environ")));
    for (int i = 2; i < args.length; i++) {
      Path directory = Path.of(args[i]);
      tell("write " + (i - 2), () -> Files.write(directory.resolve("trace"), new byte[] {1}));
    }
  }

  private static Void connect(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
      return null;
    }
  }

  private static void tell(String what, Callable<?> attempt) {
    String outcome;
    try {
      attempt.call();
      outcome = "yes";
    } catch (Exception e) {
      outcome = "no";
    }
    System.out.println(what + ": " + outcome);
  }
}
