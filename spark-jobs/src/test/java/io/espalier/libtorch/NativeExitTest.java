package io.espalier.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.espalier.spark.DriverProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    Process process = DriverProcess.start(Ending.class, directory, List.of(end));
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(DriverProcess.log(directory), StandardCharsets.UTF_8))
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
