package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.Waveform;
import io.espalier.audio.decoder.HostileAudio.Sound;
import io.espalier.outcome.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Strangers' files cost what the limits say, and never the process that has them decoded. */
class HostileAudioTest {
  private static final long SEED = Long.getLong("espalier.test.seed", 19);

  /** A minute of sound at most, and ten seconds to find out. */
  private static final AudioLimits LIMITS = new AudioLimits(1 << 20, 60, 8, 4_000, 96_000, 10_000);

  private static final long MOST_MIB = 512;
  private static final String PEAK = "VmHWM:";

  @Test
  void everyValidFileIsDecoded() throws Exception {
    try (AudioDecoder decoder = new AudioDecoder(LIMITS, 1)) {
      for (Sound sound : HostileAudio.valid()) {
        assertThat(decoder.decode(sound.bytes()).durationS())
            .as(sound.name())
            .isBetween(0.4, sound.name().startsWith("asf") ? 2.0 : 0.7);
      }
    }
  }

  @Test
  void someHostileFilesCostOneOutcomeEach() throws Exception {
    assertThat(costs(SEED, 90)).isEqualTo(90);
  }

  @Test
  @Tag("slow")
  void threeHundredHostileFilesCostOneOutcomeEach() throws Exception {
    assertThat(costs(SEED + 1, 300)).isEqualTo(300);
  }

  private static int costs(long seed, int count) throws Exception {
    List<Sound> files = HostileAudio.files(seed, count);
    Map<ErrorCode, Integer> failed = new EnumMap<>(ErrorCode.class);
    Map<String, Long> peaks = new TreeMap<>();
    int decoded = 0;
    long longestNs = 0;
    String slowest = "";
    int started;
    try (AudioDecoder decoder = new AudioDecoder(LIMITS, 1)) {
      for (Sound file : files) {
        long start = System.nanoTime();
        try {
          requireSound(decoder.decode(file.bytes()), file.name());
          decoded++;
        } catch (AudioException e) {
          failed.merge(e.code(), 1, Integer::sum);
          assertThat(e).as(file.name()).hasMessageStartingWith("Cannot ");
        }
        long ns = System.nanoTime() - start;
        if (ns > longestNs) {
          longestNs = ns;
          slowest = file.name();
        }
        notePeaks(peaks);
      }
      started = decoder.processesStarted();
    }
    long peakKib = peaks.values().stream().mapToLong(kib -> kib).max().orElse(0);
    System.out.printf(
        Locale.ROOT,
        "%d hostile audio files (seed %d): %d decoded, failed %s; peak of a decoder process %d MiB;"
            + " longest file %.2f s (%s); %d processes%n",
        files.size(),
        seed,
        decoded,
        failed,
        peakKib >> 10,
        longestNs / 1e9,
        slowest,
        started);
    int crashes =
        failed.getOrDefault(ErrorCode.AUDIO_DECODER_CRASHED, 0)
            + failed.getOrDefault(ErrorCode.AUDIO_DECODE_TIMEOUT, 0);
    assertThat(started).isLessThanOrEqualTo(1 + crashes + files.size() / 100);
    assertThat(peakKib >> 10).isLessThan(MOST_MIB);
    assertThat(longestNs / 1e6).isLessThan(2.0 * LIMITS.timeoutMs());
    return decoded + failed.values().stream().mapToInt(each -> each).sum();
  }

  private static void requireSound(Waveform sound, String name) {
    assertThat(sound.durationS()).as(name).isLessThanOrEqualTo(LIMITS.maxDurationS());
    float[] samples = sound.samples();
    for (int i = 0; i < samples.length; i++) {
      if (!(Math.abs(samples[i]) <= 1)) {
        throw new AssertionError(
            "%s: %s".formatted(name, Arrays.toString(Arrays.copyOfRange(samples, i, i + 1))));
      }
    }
  }

  /** The most that each decoder process ever had resident; nothing where there is no /proc. */
  private static void notePeaks(Map<String, Long> peaks) throws IOException {
    List<ProcessHandle> decoders =
        ProcessHandle.current()
            .descendants()
            .filter(each -> each.info().commandLine().orElse("").contains("DecoderWorker"))
            .toList();
    for (ProcessHandle decoder : decoders) {
      Path status = Path.of("/proc", Long.toString(decoder.pid()), "status");
      try {
        for (String line : Files.readAllLines(status)) {
          if (line.startsWith(PEAK)) {
            long kib = Long.parseLong(line.replaceAll("\\D", ""));
            peaks.merge(Long.toString(decoder.pid()), kib, Math::max);
          }
        }
      } catch (NoSuchFileException e) {
        // It has ended, or this system has no /proc.
      }
    }
  }
}
