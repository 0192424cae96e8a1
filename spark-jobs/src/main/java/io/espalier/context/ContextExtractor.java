package io.espalier.context;

import io.espalier.context.ContextEncoder.Embedding;
import io.espalier.context.ContextOutcome.Extracted;
import io.espalier.context.ContextOutcome.Failed;
import io.espalier.context.ContextOutcome.Gflops;
import io.espalier.context.LanguageSource.Identified;
import io.espalier.outcome.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Computes the contexts of many utterances together. Not thread-safe; encoders may be shared. */
public final class ContextExtractor {
  private static final double GIGA = 1e9;

  private final Optional<WindowedEncoder> speaker;
  private final Optional<WindowedEncoder> event;
  private final Optional<EncoderBatches<Identified>> language;
  private final ContextOptions options;

  /**
   * @param speaker absent: no speaker vectors
   * @param event absent: no event vectors
   * @param language absent: only languages that are given
   */
  public ContextExtractor(
      Optional<ContextEncoder> speaker,
      Optional<ContextEncoder> event,
      Optional<LanguageSource> language,
      ContextOptions options) {
    double batchSeconds = options.batchSeconds();
    this.speaker = speaker.map(e -> new WindowedEncoder(e, options.speakerWindowS(), batchSeconds));
    this.event = event.map(e -> new WindowedEncoder(e, options.eventWindowS(), batchSeconds));
    this.language =
        language.map(
            source -> new EncoderBatches<>(source::identify, batchSeconds, source.windowSamples()));
    this.options = options;
  }

  /** One outcome for each input, in order. */
  public List<ContextOutcome> extract(List<ContextInput> inputs) {
    long start = System.nanoTime();
    Map<Integer, Failed> failures = new TreeMap<>();
    List<Optional<Embedding>> speakers = embed(EncoderKind.SPEAKER, speaker, inputs, failures);
    List<Optional<Embedding>> events = embed(EncoderKind.EVENT, event, inputs, failures);
    List<Optional<Identified>> languages = identify(inputs, failures);
    double wallMs = (System.nanoTime() - start) / 1e6;
    long samples = inputs.stream().mapToLong(input -> input.samples().length).sum();
    List<ContextOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Failed failure = failures.get(i);
      double share = wallMs * inputs.get(i).samples().length / samples;
      outcomes.add(
          failure != null
              ? failure
              : outcome(inputs.get(i), speakers.get(i), events.get(i), languages.get(i), share));
    }
    return outcomes;
  }

  /** Results in the inputs' order, empty for those that have failed or that need none. */
  private List<Optional<Embedding>> embed(
      EncoderKind kind,
      Optional<WindowedEncoder> encoder,
      List<ContextInput> inputs,
      Map<Integer, Failed> failures) {
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; encoder.isPresent() && i < inputs.size(); i++) {
      int samples = inputs.get(i).samples().length;
      int least = encoder.get().minSamples();
      if (samples < least) {
        String message =
            String.format(
                Locale.ROOT,
                "Cannot compute the %s context: the audio has %d samples, minimum is %d",
                kind.key(),
                samples,
                least);
        failures.putIfAbsent(
            i, new Failed(inputs.get(i).id(), ErrorCode.AUDIO_TOO_SHORT, kind.key(), message));
      } else if (!failures.containsKey(i)) {
        rows.add(i);
      }
    }
    List<float[]> recordings = rows.stream().map(row -> inputs.get(row).samples()).toList();
    return spread(
        kind.key(),
        inputs,
        rows,
        rows.isEmpty() ? List.of() : encoder.orElseThrow().encode(recordings),
        failures);
  }

  private List<Optional<Identified>> identify(
      List<ContextInput> inputs, Map<Integer, Failed> failures) {
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; language.isPresent() && i < inputs.size(); i++) {
      if (inputs.get(i).language() == null && !failures.containsKey(i)) {
        rows.add(i);
      }
    }
    List<float[]> recordings = rows.stream().map(row -> inputs.get(row).samples()).toList();
    List<Optional<Identified>> found =
        rows.isEmpty() ? List.of() : language.orElseThrow().run(recordings);
    return spread("language", inputs, rows, found, failures);
  }

  private static <T> List<Optional<T>> spread(
      String stage,
      List<ContextInput> inputs,
      List<Integer> rows,
      List<Optional<T>> results,
      Map<Integer, Failed> failures) {
    List<Optional<T>> all = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      all.add(Optional.empty());
    }
    for (int i = 0; i < rows.size(); i++) {
      int row = rows.get(i);
      all.set(row, results.get(i));
      if (results.get(i).isEmpty()) {
        String message =
            String.format(
                Locale.ROOT,
                ("Cannot compute the %s context: one utterance of %d samples does not fit into the"
                    + " device's memory"),
                stage,
                inputs.get(row).samples().length);
        failures.putIfAbsent(
            row, new Failed(inputs.get(row).id(), ErrorCode.OUT_OF_MEMORY, stage, message));
      }
    }
    return all;
  }

  private ContextOutcome outcome(
      ContextInput input,
      Optional<Embedding> speaker,
      Optional<Embedding> event,
      Optional<Identified> identified,
      double computeMs) {
    String language = identified.map(Identified::language).orElse(input.language());
    double probability = identified.map(Identified::probability).orElse(Double.NaN);
    if (probability < options.minLanguageProbability()) {
      if (options.uncertainLanguage() == null) {
        String message =
            String.format(
                Locale.ROOT,
                "Cannot identify language: %s has probability %.3f, minimum is %s. Name the"
                    + " language in the manifest, lower --min-language-probability or give"
                    + " --uncertain-language",
                language,
                probability,
                options.minLanguageProbability());
        return new Failed(input.id(), ErrorCode.LANGUAGE_UNCERTAIN, "language", message);
      }
      language = options.uncertainLanguage();
    }
    return new Extracted(
        input.id(),
        speaker.map(Embedding::vector).orElse(null),
        event.map(Embedding::vector).orElse(null),
        language,
        probability,
        new Gflops(
            giga(speaker.map(Embedding::flops).orElse(0L)),
            giga(event.map(Embedding::flops).orElse(0L)),
            giga(identified.map(Identified::flops).orElse(0L))),
        computeMs);
  }

  private static double giga(long flops) {
    return flops == Embedding.UNKNOWN_FLOPS ? Double.NaN : flops / GIGA;
  }
}
