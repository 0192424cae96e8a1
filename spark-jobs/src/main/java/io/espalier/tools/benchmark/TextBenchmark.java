package io.espalier.tools.benchmark;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.checkpoint.Bundle;
import io.espalier.nn.Precision;
import io.espalier.nn.PrecisionChoice;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedOwsm;
import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.OwsmTranscriber;
import io.espalier.search.Padding;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Counts the demo's WAV recordings for which a device finds the text, the language and the gates
 * that the CPU finds in float32.
 */
final class TextBenchmark {
  private static final List<Integer> BEAMS = List.of(1, 5);
  private static final double BATCH_S = 240;

  private final Bundle bundle;
  private final List<Utterance> utterances;

  /**
   * @param demo directory of the demo data
   */
  TextBenchmark(Path demo) throws IOException {
    bundle = Bundle.open(demo.resolve("bundle"));
    utterances = recordings(demo.resolve("audio"));
  }

  /** The WAV recordings of a directory, sorted by name, of unknown language. */
  static List<Utterance> recordings(Path directory) throws IOException {
    List<Utterance> recordings = new ArrayList<>();
    try (AudioDecoder decoder = new AudioDecoder(AudioLimits.defaults(), 1);
        Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".wav")).sorted().toList()) {
        float[] samples = decoder.decode(Files.readAllBytes(file)).samples();
        recordings.add(new Utterance(file.getFileName().toString(), samples, null, "asr", null));
      }
    } catch (AudioException e) {
      throw new IOException("Cannot decode the demo's audio: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while decoding the demo's audio", e);
    }
    return recordings;
  }

  /**
   * @param precision of the device's model
   */
  List<Measurement> run(TaskDevice device, PrecisionChoice precision) throws IOException {
    TaskDevice cpu = new TaskDevice(TaskDevice.CPU, device.threads());
    List<Measurement> measured = new ArrayList<>();
    for (int beam : BEAMS) {
      List<String> expected = texts(cpu, Precision.FLOAT32, beam);
      List<String> found = texts(device, precision.on(device.djl()), beam);
      long equal = 0;
      for (int i = 0; i < expected.size(); i++) {
        equal += found.get(i).equals(expected.get(i)) ? 1 : 0;
      }
      measured.add(
          new Measurement(
              String.format(Locale.ROOT, "texts_equal_to_cpu_float32_beam_%d", beam),
              (double) equal / expected.size(),
              "",
              "1 in float32"));
    }
    return measured;
  }

  /** What becomes of each recording, in their order. */
  private List<String> texts(TaskDevice device, Precision precision, int beam) throws IOException {
    device.prepareThread();
    DecodingOptions options = new DecodingOptions(beam, 0, 0, 0, 0, false, false, false, 29.0, 0.2);
    GateChoice gates = new GateChoice.Learned(ContextKind.setOf("none"), Double.NaN);
    List<String> texts = new ArrayList<>();
    try (LoadedOwsm owsm = bundle.load(device.djl(), precision);
        OwsmTranscriber transcriber =
            owsm.transcriber(new Decoding(options, gates, Padding.FULL, BATCH_S))) {
      Iterator<Outcome> outcomes = transcriber.transcribe(utterances.iterator());
      while (outcomes.hasNext()) {
        if (!(outcomes.next() instanceof Transcribed text)) {
          throw new IllegalStateException("Cannot transcribe the demo's audio");
        }
        texts.add(
            "%s %s %s %s %s"
                .formatted(text.id(), text.language(), text.tokens(), text.text(), text.gates()));
      }
    }
    texts.sort(null);
    return texts;
  }
}
