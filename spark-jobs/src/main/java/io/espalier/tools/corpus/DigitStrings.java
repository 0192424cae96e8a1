package io.espalier.tools.corpus;

import static io.espalier.audio.Waveform.SAMPLE_RATE;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.espalier.conf.UsageException;
import io.espalier.tools.corpus.sound.AudioFormat;
import io.espalier.tools.corpus.sound.AudioWriter;
import io.espalier.tools.corpus.sound.Signals;
import io.espalier.tools.corpus.sound.SincResampler;
import io.espalier.tools.corpus.voice.Synthesizer.Speech;
import io.espalier.tools.corpus.voice.WavFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Strings of three to seven digits, put together from recordings of single digits by one speaker
 * with pauses between them. The recordings are named as in the Free Spoken Digit Dataset, {@code
 * DIGIT_SPEAKER_INDEX.wav}, and no recording is in two of the sets for training, development and
 * test.
 */
public final class DigitStrings {
  private static final Pattern NAME = Pattern.compile("(\\d)_(\\w+)_(\\d+)\\.wav");
  private static final List<String> WORDS =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final int MIN_DIGITS = 3;
  private static final int MAX_DIGITS = 7;
  private static final double MIN_PAUSE_S = 0.08;
  private static final double MAX_PAUSE_S = 0.35;
  private static final double LEVEL_DB = -23;
  private static final float MAX_PEAK = 0.9f;

  /** Recordings of enrolled speakers below this index are for tests, then for development. */
  private static final int TEST_INDICES = 5;

  private static final int DEV_INDICES = 10;

  private static final int TRAIN_STRINGS = 400;
  private static final int DEV_STRINGS = 10;
  private static final int TEST_STRINGS = 100;
  private static final int ENROLLED_TEST_STRINGS = 25;

  private final Map<String, List<Recording>> speakers;
  private final Random random;

  private record Recording(int digit, int index, Path file) {}

  private DigitStrings(Map<String, List<Recording>> speakers, long seed) {
    this.speakers = speakers;
    this.random = new Random(seed);
  }

  /**
   * Makes {@code train}, {@code dev} and {@code test}, each with {@code manifest.jsonl} and {@code
   * audio/}.
   *
   * @param recordings directory of single digits
   * @param directory to make the sets in
   * @param heldOut the speaker of the test, whom the training does not hear; if absent, all
   *     speakers are in all sets
   * @return number of strings in each set
   * @throws UsageException if there are no recordings, or none of that speaker
   */
  public static Map<String, Integer> make(
      Path recordings, Path directory, Optional<String> heldOut, long seed) throws IOException {
    Map<String, List<Recording>> speakers = speakers(recordings);
    if (heldOut.isPresent() && !speakers.containsKey(heldOut.get())) {
      throw new UsageException(
          "Cannot hold out speaker %s: the speakers are %s"
              .formatted(heldOut.get(), String.join(", ", speakers.keySet())));
    }
    DigitStrings strings = new DigitStrings(speakers, seed);
    Map<String, Integer> counts = new TreeMap<>();
    for (Split split : Split.values()) {
      counts.put(split.label(), strings.write(split, directory.resolve(split.label()), heldOut));
    }
    return counts;
  }

  private static Map<String, List<Recording>> speakers(Path directory) throws IOException {
    Map<String, List<Recording>> speakers = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          speakers
              .computeIfAbsent(name.group(2), key -> new ArrayList<>())
              .add(
                  new Recording(
                      Integer.parseInt(name.group(1)), Integer.parseInt(name.group(3)), file));
        }
      }
    }
    if (speakers.isEmpty()) {
      throw new UsageException(
          "Cannot find recordings in %s: they must be named DIGIT_SPEAKER_INDEX.wav"
              .formatted(directory));
    }
    return speakers;
  }

  private int write(Split split, Path directory, Optional<String> heldOut) throws IOException {
    Files.createDirectories(directory.resolve("audio"));
    Gson gson = new Gson();
    int count = 0;
    try (BufferedWriter manifest = Files.newBufferedWriter(directory.resolve("manifest.jsonl"))) {
      for (Map.Entry<String, List<Recording>> speaker : speakers.entrySet()) {
        boolean out = heldOut.filter(speaker.getKey()::equals).isPresent();
        if (heldOut.isPresent() && out != (split == Split.TEST)) {
          continue;
        }
        List<List<Recording>> digits = digits(speaker.getKey(), split, out);
        for (int i = 0; i < strings(split, out); i++) {
          String id = String.format(Locale.ROOT, "%s-%s-%04d", split.label(), speaker.getKey(), i);
          manifest.write(gson.toJson(one(id, speaker.getKey(), digits, directory)));
          manifest.write('\n');
          count++;
        }
      }
    }
    return count;
  }

  private static int strings(Split split, boolean out) {
    return switch (split) {
      case TRAIN -> TRAIN_STRINGS;
      case DEV -> DEV_STRINGS;
      case TEST -> out ? TEST_STRINGS : ENROLLED_TEST_STRINGS;
    };
  }

  /** The recordings of each digit that a set may use. */
  private List<List<Recording>> digits(String speaker, Split split, boolean out) {
    List<List<Recording>> digits = new ArrayList<>();
    for (int digit = 0; digit < WORDS.size(); digit++) {
      int wanted = digit;
      List<Recording> some =
          speakers.get(speaker).stream()
              .filter(own -> own.digit() == wanted)
              .filter(own -> out || split == splitOf(own.index()))
              .toList();
      if (some.isEmpty()) {
        throw new UsageException(
            "Cannot make strings of speaker %s: no recording of %s for %s"
                .formatted(speaker, WORDS.get(digit), split.label()));
      }
      digits.add(some);
    }
    return digits;
  }

  private static Split splitOf(int index) {
    if (index < TEST_INDICES) {
      return Split.TEST;
    }
    return index < DEV_INDICES ? Split.DEV : Split.TRAIN;
  }

  private JsonObject one(String id, String speaker, List<List<Recording>> digits, Path directory)
      throws IOException {
    int length = MIN_DIGITS + random.nextInt(MAX_DIGITS - MIN_DIGITS + 1);
    List<String> words = new ArrayList<>();
    float[] samples = pause();
    for (int i = 0; i < length; i++) {
      int digit = random.nextInt(WORDS.size());
      List<Recording> some = digits.get(digit);
      words.add(WORDS.get(digit));
      samples = joined(samples, recorded(some.get(random.nextInt(some.size()))));
      samples = joined(samples, pause());
    }
    double gain = Signals.amplitude(LEVEL_DB) / Signals.rms(samples);
    Signals.scale(samples, Math.min(gain, MAX_PEAK / Signals.peak(samples)));
    String audio = "audio/" + id + ".flac";
    AudioWriter.write(directory.resolve(audio), AudioFormat.FLAC, samples);
    String text = String.join(" ", words);
    JsonObject row = new JsonObject();
    row.addProperty("utt_id", id);
    row.addProperty("audio", audio);
    row.addProperty("language", Sentence.ENGLISH);
    row.addProperty("task", Task.ASR.label());
    row.addProperty("speaker_id", speaker);
    row.addProperty("reference", text);
    row.addProperty("transcript", text);
    return row;
  }

  private static float[] recorded(Recording recording) throws IOException {
    Speech speech = WavFile.speech(Files.readAllBytes(recording.file()));
    return SincResampler.resample(speech.samples(), speech.sampleRate(), SAMPLE_RATE);
  }

  private float[] pause() {
    return new float[(int) (SAMPLE_RATE * Signals.uniform(random, MIN_PAUSE_S, MAX_PAUSE_S))];
  }

  private static float[] joined(float[] first, float[] second) {
    float[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
