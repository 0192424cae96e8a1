package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.outcome.ErrorCode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
@EnabledOnOs(OS.LINUX)
class DecoderIsolationTest {
  private static final AudioLimits LIMITS = AudioLimits.defaults();
  private static final Path FALSE = Path.of("/bin/false");

  @TempDir private Path directory;

  @Test
  void aSandboxedProcessReachesNeitherNetworkNorFiles() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "of the executor");
    Path cache = DecoderCommand.unpacked().stream().filter(Files::exists).findFirst().orElseThrow();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(server.getLocalPort());
      List<String> prisoner =
          DecoderCommand.of(Prisoner.class.getName(), DecoderPoolTest.testClassPath());
      prisoner.addAll(
          List.of(port, secret.toString(), directory.toString(), cache.toString(), "/usr", "/tmp"));

      assertThat(run(prisoner)).startsWith("connect: yes", "read: yes");
      assertThat(run(sandboxed(prisoner, LIMITS)))
          .containsExactly(
              "connect: no",
              "read: no",
              "processes: no",
              "write 0: no",
              "write 1: no",
              "write 2: no",
              "write 3: no");
    }
  }

  @Test
  void decodesInTheBestIsolationOfThisMachine() throws Exception {
    requireBubblewrap();
    byte[] file = TestAudio.encode(".mp3", avcodec.AV_CODEC_ID_MP3, 44_100, 2, 1);
    try (AudioDecoder decoder = new AudioDecoder(LIMITS, 1, IsolationChoice.REQUIRED)) {
      assertThat(decoder.decode(file).sourceSampleRate()).isEqualTo(44_100);
    }
    assertThat(DecoderIsolation.of(IsolationChoice.REQUIRED).text(LIMITS))
        .isEqualTo(
            "bubblewrap (no network, read-only system, no other files, private /tmp); at most 1792"
                + " MiB of memory and 1260 s of CPU time");
  }

  @Test
  void aProcessOutlivesTheThreadThatFirstNeededIt() throws Exception {
    byte[] file = TestAudio.encode(".mp3", avcodec.AV_CODEC_ID_MP3, 44_100, 1, 1);
    try (AudioDecoder decoder = new AudioDecoder(LIMITS, 1)) {
      AtomicReference<Exception> failure = new AtomicReference<>();
      Thread task =
          new Thread(
              () -> {
                try {
                  decoder.decode(file);
                } catch (AudioException | InterruptedException e) {
                  failure.set(e);
                }
              });
      task.start();
      task.join();
      Thread.sleep(200);

      decoder.decode(file);

      assertThat(failure.get()).isNull();
      assertThat(decoder.processesStarted()).isEqualTo(1);
    }
  }

  @Test
  void aKillReachesTheProcessInTheSandbox() throws Exception {
    AudioLimits quick = new AudioLimits(1 << 20, 100, 8, 4_000, 96_000, 1_500);
    List<String> faulty =
        DecoderCommand.of(FaultyWorker.class.getName(), DecoderPoolTest.testClassPath());
    try (AudioDecoder decoder = new AudioDecoder(quick, 1, sandboxed(faulty, quick))) {
      byte[] hang = {'f', 'L', 'a', 'C', (byte) FaultyWorker.HANG};
      assertThatThrownBy(() -> decoder.decode(hang))
          .isInstanceOfSatisfying(
              AudioException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.AUDIO_DECODE_TIMEOUT));
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (faultyWorkers() > 0 && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(faultyWorkers()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"ulimit -v, 1835008", "ulimit -t, 1260", "ulimit -c, 0"})
  void theKernelKnowsTheLimits(String question, String answer) throws Exception {
    List<String> command = new ArrayList<>(ProcessLimits.of(LIMITS).prefix(false));
    command.addAll(List.of("/bin/sh", "-c", question));
    assertThat(run(command)).containsExactly(answer);
  }

  @Test
  void theKernelEndsAProcessThatWorksTooLong() throws Exception {
    List<String> command = new ArrayList<>(new ProcessLimits(1 << 30, 1).prefix(false));
    command.addAll(List.of("/bin/sh", "-c", "while :; do :; done"));
    Process process = DecoderProcess.launch(command);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isGreaterThan(128);
  }

  @Test
  void requiredIsolationThatCannotBeHadIsRefused() {
    assertThatThrownBy(
            () -> DecoderIsolation.find(IsolationChoice.REQUIRED, each -> Optional.empty()))
        .isInstanceOf(DecoderUnavailableException.class)
        .hasMessage(
            "Cannot decode audio: audio-isolation is required, but bwrap is not installed. Install"
                + " bubblewrap and permit user namespaces, or set audio-isolation to auto");
    assertThatThrownBy(
            () -> DecoderIsolation.find(IsolationChoice.REQUIRED, each -> Optional.of(FALSE)))
        .hasMessageContaining("but bwrap fails (exit value 1). Install");
  }

  @Test
  void withoutBubblewrapTheNetworkIsStillOutOfReach() throws Exception {
    DecoderIsolation second =
        DecoderIsolation.find(
            IsolationChoice.AUTO,
            each -> each == Enclosure.UNSHARE ? each.find() : Optional.empty());
    assumeTrue(second.text(LIMITS).startsWith("unshare"), second.text(LIMITS));
    assertThat(second.text(LIMITS))
        .startsWith(
            "unshare (no network, but the files of this user), because bwrap is not installed; at"
                + " most ");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> command =
          new ArrayList<>(Enclosure.UNSHARE.prefix(Enclosure.UNSHARE.find().orElseThrow()));
      command.addAll(DecoderCommand.of(Prisoner.class.getName(), DecoderPoolTest.testClassPath()));
      command.addAll(List.of(Integer.toString(server.getLocalPort()), "/etc/hostname"));
      assertThat(run(command)).startsWith("connect: no");
    }
  }

  @Test
  void withoutIsolationItSaysWhy() {
    assertThat(DecoderIsolation.find(IsolationChoice.AUTO, each -> Optional.empty()).text(LIMITS))
        .startsWith("none: bwrap is not installed, unshare is not installed; at most ");
    assertThat(DecoderIsolation.find(IsolationChoice.OFF, Enclosure::find).text(LIMITS))
        .startsWith("none: audio-isolation is off; at most ");
  }

  @ParameterizedTest
  @CsvSource({
    "6.18.44-x, true",
    "5.14.0-427.el9.x86_64, true",
    "5.15, true",
    "5.4.0-190-generic, false",
    "4.18.0-553.el8, false",
    "10.0, true",
    "unknown, false"
  })
  void knowsWhichLinuxCountsThreadsByNamespace(String version, boolean counts) {
    assertThat(ProcessLimits.countsByNamespace(version)).isEqualTo(counts);
  }

  private static long faultyWorkers() {
    return ProcessHandle.current()
        .descendants()
        .filter(each -> each.info().commandLine().orElse("").contains("FaultyWorker"))
        .count();
  }

  /** A command in the sandbox, which also holds the test's classes. */
  private static List<String> sandboxed(List<String> program, AudioLimits limits) {
    requireBubblewrap();
    List<String> command =
        Bubblewrap.command(
            Enclosure.BUBBLEWRAP.find().orElseThrow(), DecoderPoolTest.testClassPath());
    command.addAll(ProcessLimits.of(limits).prefix(true));
    command.addAll(program);
    return command;
  }

  private static void requireBubblewrap() {
    String text = DecoderIsolation.of(IsolationChoice.AUTO).text(LIMITS);
    assumeTrue(text.startsWith("bubblewrap"), text);
  }

  private static List<String> run(List<String> command) throws Exception {
    Process process = DecoderProcess.launch(command);
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    return output.lines().toList();
  }
}
