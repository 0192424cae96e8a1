package io.espalier.audio.decoder;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.ChannelPower;
import io.espalier.audio.SampleRange;
import io.espalier.audio.Samples;
import io.espalier.audio.Waveform;
import io.espalier.audio.container.AudioContainer;
import io.espalier.audio.container.AudioFile;
import io.espalier.audio.container.ContainerStructure;
import io.espalier.audio.container.StreamTail;
import io.espalier.audio.container.UnfinishedHeader;
import io.espalier.audio.decoder.DecoderProcess.Decoded;
import io.espalier.audio.worker.DecodeRequest;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * Decodes audio files to 16 kHz mono samples. Thread-safe.
 *
 * <p>A 16 kHz WAV file of PCM or float samples is read in this JVM, by Java code. FFmpeg decodes
 * everything else in separate processes, so a crash in a codec fails one file. FFmpeg gets bytes
 * and the name of one demuxer, never a path or a URI.
 *
 * <p>An interrupt of the thread ends the wait for a decoder, and its process is replaced.
 */
public final class AudioDecoder implements AutoCloseable {
  private final AudioLimits limits;
  private final DecoderPool pool;

  /**
   * Starts nothing yet.
   *
   * @param limits what one file may cost
   * @param processes how many decoder processes may run at once, at least 1; more callers wait
   */
  public AudioDecoder(AudioLimits limits, int processes) {
    this(limits, processes, IsolationChoice.AUTO);
  }

  /**
   * Starts nothing yet.
   *
   * @param limits what one file may cost
   * @param processes how many decoder processes may run at once, at least 1; more callers wait
   * @param isolation how far the processes must be kept apart from this one
   */
  public AudioDecoder(AudioLimits limits, int processes, IsolationChoice isolation) {
    this(limits, processes, () -> DecoderIsolation.of(isolation).command(limits));
  }

  AudioDecoder(AudioLimits limits, int processes, List<String> command) {
    this(limits, processes, () -> command);
  }

  private AudioDecoder(AudioLimits limits, int processes, Supplier<List<String>> command) {
    this.limits = Objects.requireNonNull(limits, "limits is null");
    if (processes < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Invalid number of decoder processes: %d, must be at least 1",
              processes));
    }
    pool = new DecoderPool(command, processes);
  }

  /** The limits of one file. */
  public AudioLimits limits() {
    return limits;
  }

  /**
   * Decodes a whole recording.
   *
   * @see #decode(byte[], OptionalDouble, OptionalDouble)
   */
  public Waveform decode(byte[] bytes) throws AudioException, InterruptedException {
    return decode(bytes, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /**
   * Decodes a recording or a part of it.
   *
   * <p>Samples are the mean of the channels, resampled where the rate is another, and clipped to
   * [-1, 1). A mono 16-bit wave file of 16 kHz gives exactly {@code sample / 32768}. A segment is
   * cut from the decoded recording at the nearest samples, so it equals the same part of the whole;
   * an end up to 0.5 s beyond the recording means its end.
   *
   * @param bytes a sound file
   * @param startS first second of the segment; absent means the start
   * @param endS end of the segment in seconds; absent means the end
   * @throws AudioException this file or segment cannot be used; its code says why
   * @throws InterruptedException the thread was interrupted while it waited for a decoder
   * @throws DecoderUnavailableException no decoder process can be started on this machine
   */
  public Waveform decode(byte[] bytes, OptionalDouble startS, OptionalDouble endS)
      throws AudioException, InterruptedException {
    SampleRange segment = SampleRange.of(startS, endS);
    limits.checkBytes(bytes.length);
    AudioFile file = AudioFile.of(bytes);
    if (file.container() == AudioContainer.WAV) {
      WavFile wav = new WavFile(file.cursor(), limits);
      if (wav.isUncompressed() && wav.sampleRate() == Waveform.SAMPLE_RATE) {
        ChannelPower power = new ChannelPower();
        float[] samples = Samples.finish(wav.read(segment.within(wav.frames()), power));
        return new Waveform(samples, wav.sampleRate(), wav.channels(), power.warnings());
      }
    }
    ContainerStructure.check(file.container(), file.cursor());
    StreamTail.check(file);
    AudioFile finished = UnfinishedHeader.finish(file);
    DecodeRequest request = new DecodeRequest(file.container(), limits, segment, finished.length());
    Decoded decoded = pool.decode(request, finished.bytes());
    if (decoded.report().complete()) {
      segment.within(decoded.report().samples());
    }
    return new Waveform(
        Samples.finish(decoded.samples()),
        decoded.report().sampleRate(),
        decoded.report().channels(),
        decoded.report().warnings());
  }

  /** Processes started so far. */
  int processesStarted() {
    return pool.started();
  }

  /** Ends the idle decoder processes; the others end with their file. */
  @Override
  public void close() {
    pool.close();
  }
}
