package io.espalier.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that have loaded libtorch, with something that must not be destroyed at their end. */
@EnabledOnOs(OS.LINUX)
class NativeExitTest {
  private static final int CODE = 7;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"exit", "halt"})
  void nativeLibrariesAreNotDestroyed(String end) throws IOException, InterruptedException {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Ending.class.getName(),
                end)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(log, StandardCharsets.UTF_8))
        .isEqualTo(CODE);
  }

  /** A process that aborts if the C library runs what a library registered for the end. */
  static final class Ending {
    private Ending() {}

    public static void main(String[] arguments) {
      Libtorch.start();
      Pointer abort = NativeLibrary.getInstance("c").getGlobalVariableAddress("abort");
      Function.getFunction("c", "on_exit").invokeInt(new Object[] {abort, Pointer.NULL});
      if (arguments[0].equals("halt")) {
        NativeExit.register();
        Runtime.getRuntime().halt(CODE);
      }
      Runtime.getRuntime().exit(CODE);
    }
  }
}
