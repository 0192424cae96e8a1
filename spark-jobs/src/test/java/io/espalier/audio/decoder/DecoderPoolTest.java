package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.CapturedLog;
import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.outcome.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DecoderPoolTest {
  private static final AudioLimits QUICK = new AudioLimits(1 << 20, 100, 8, 4_000, 96_000, 1_500);

  private final AudioDecoder faulty = new AudioDecoder(QUICK, 1, faultyCommand());

  @AfterEach
  void close() {
    faulty.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        FaultyWorker.CRASH,
        FaultyWorker.EXIT,
        FaultyWorker.TALK_NONSENSE,
        FaultyWorker.SEND_TOO_MUCH
      })
  void losesOneFileToACrashAndServesTheNextByAFreshProcess(int order) throws Exception {
    assertThat(faulty.decode(file(FaultyWorker.GOOD)).samples()).hasSize(160);

    assertFails(order, ErrorCode.AUDIO_DECODER_CRASHED);

    assertThat(faulty.decode(file(FaultyWorker.GOOD)).samples()).hasSize(160);
    assertThat(faulty.processesStarted()).isEqualTo(2);
  }

  @Test
  void tellsTheExitValueOfACrash() {
    assertThatThrownBy(() -> faulty.decode(file(FaultyWorker.EXIT)))
        .hasMessageContaining("exit value 3");
  }

  @Test
  void killsAProcessThatTakesTooLong() throws Exception {
    assertFails(FaultyWorker.HANG, ErrorCode.AUDIO_DECODE_TIMEOUT);

    assertThat(faulty.decode(file(FaultyWorker.GOOD)).samples()).hasSize(160);
    assertThat(faulty.processesStarted()).isEqualTo(2);
  }

  @Test
  void endsTheWaitOfAnInterruptedThread() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch about = new CountDownLatch(1);
    Thread task =
        new Thread(
            () -> {
              about.countDown();
              try {
                faulty.decode(file(FaultyWorker.HANG));
              } catch (AudioException | InterruptedException e) {
                failure.set(e);
              }
            });
    task.start();
    about.await();
    Thread.sleep(500);

    task.interrupt();
    task.join(5_000);

    assertThat(failure.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void failsTheTaskWhenNoProcessCanStart() {
    List<String> command = DecoderCommand.of("io.espalier.NoSuchClass", testClassPath());

    try (AudioDecoder decoder = new AudioDecoder(QUICK, 1, command)) {
      assertThatThrownBy(() -> decoder.decode(file(FaultyWorker.GOOD)))
          .isInstanceOf(DecoderUnavailableException.class)
          .hasMessageContaining("after 3 attempts")
          .hasMessageContaining("NoSuchClass");
      assertThat(decoder.processesStarted()).isEqualTo(3);
    }
  }

  @Test
  void endsWithItsParentsEndOfTheInput() throws Exception {
    Process worker = DecoderCommand.builder(DecoderCommand.worker()).start();
    worker.getInputStream().readNBytes(4);

    worker.getOutputStream().close();

    assertThat(worker.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(worker.exitValue()).isZero();
  }

  @Test
  void givesAProcessNoCredentials() {
    ProcessBuilder builder = DecoderCommand.builder(List.of("java"));

    assertThat(builder.environment().keySet())
        .isSubsetOf(
            "HOME",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "LD_LIBRARY_PATH",
            "MALLOC_ARENA_MAX",
            "PATH",
            "SystemRoot",
            "TEMP",
            "TMP",
            "TMPDIR",
            "USER");
  }

  @Test
  void decodesForManyThreadsWithFewProcesses() throws Exception {
    byte[] flac = TestAudio.encode(".flac", avcodec.AV_CODEC_ID_FLAC, 44_100, 2, 3);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (AudioDecoder decoder = new AudioDecoder(AudioLimits.defaults(), 2)) {
      float[] expected = decoder.decode(flac).samples();
      List<Future<float[]>> answers = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        answers.add(threads.submit(() -> decoder.decode(flac).samples()));
      }
      for (Future<float[]> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
      assertThat(decoder.processesStarted()).isLessThanOrEqualTo(2);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void keepsTheMemoryOfAProcessFlatOverGoodAndBadFiles() throws Exception {
    byte[] good = TestAudio.encode(".mp3", avcodec.AV_CODEC_ID_MP3, 44_100, 2, 3);
    byte[] bad = Arrays.copyOf(TestAudio.ascii("fLaC"), 40_000);
    try (AudioDecoder decoder = new AudioDecoder(AudioLimits.defaults(), 1)) {
      decodeBoth(decoder, good, bad, 50);
      long before = residentKib(decoder);
      decodeBoth(decoder, good, bad, 190);
      long after = residentKib(decoder);

      assertThat(decoder.processesStarted()).isEqualTo(1);
      assertThat(after - before)
          .as("KiB gained over 190 good and 190 bad files")
          .isLessThan(12_288);
    }
  }

  @Test
  void replacesAProcessThatServedManyFiles() throws Exception {
    try (CapturedLog log = CapturedLog.of(DecoderPool.class)) {
      for (int i = 0; i < DecoderPool.FILES_PER_PROCESS + 1; i++) {
        faulty.decode(file(FaultyWorker.GOOD));
      }

      assertThat(faulty.processesStarted()).isEqualTo(2);
      assertThat(log.lines())
          .containsExactly(
              "INFO Replaced a decoder process after "
                  + DecoderPool.FILES_PER_PROCESS
                  + " files: it has served its share");
    }
  }

  private static void decodeBoth(AudioDecoder decoder, byte[] good, byte[] bad, int times)
      throws Exception {
    for (int i = 0; i < times; i++) {
      decoder.decode(good);
      assertThatThrownBy(() -> decoder.decode(bad)).isInstanceOf(AudioException.class);
    }
  }

  /** Resident memory of the one process of this JVM that decodes; 0 where there is no /proc. */
  private static long residentKib(AudioDecoder decoder) throws Exception {
    assertThat(decoder.processesStarted()).isEqualTo(1);
    List<Long> pids =
        ProcessHandle.current()
            .descendants()
            .filter(child -> child.info().commandLine().orElse("").contains("DecoderWorker"))
            .map(ProcessHandle::pid)
            .toList();
    long largest = 0;
    for (long pid : pids) {
      Path status = Path.of("/proc", Long.toString(pid), "status");
      if (Files.exists(status)) {
        for (String line : Files.readAllLines(status)) {
          if (line.startsWith("VmRSS:")) {
            largest = Math.max(largest, Long.parseLong(line.replaceAll("\\D", "")));
          }
        }
      }
    }
    return largest;
  }

  private void assertFails(int order, ErrorCode code) {
    assertThatThrownBy(() -> faulty.decode(file(order)))
        .isInstanceOfSatisfying(AudioException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  /** A file that passes for FLAC until a process opens it. */
  private static byte[] file(int order) {
    return new byte[] {'f', 'L', 'a', 'C', (byte) order};
  }

  private static List<String> faultyCommand() {
    return DecoderCommand.of(FaultyWorker.class.getName(), testClassPath());
  }

  static String testClassPath() {
    try {
      Path tests =
          Path.of(FaultyWorker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return tests + java.io.File.pathSeparator + DecoderCommand.classPath();
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
