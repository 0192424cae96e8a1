package io.espalier.search;

import ai.djl.modality.audio.Audio;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.espalier.search.Outcome.Failed;
import io.espalier.search.Outcome.Transcribed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Transcribes what a DJL predictor is given, all inputs of a call in batches together. A transcript
 * takes many passes through parts of the model, and DJL's contract has one pass through the block
 * between input and output; so this hands the block nothing, and searches where the output is made.
 *
 * @param <I> input
 * @param <O> output
 */
final class OwsmTranslator<I, O> implements Translator<I, O> {
  private static final String UTTERANCES = "utterances";

  private final OwsmBlock block;
  private final DecodingArguments arguments;
  private final Reader<I> reader;
  private final Writer<O> writer;

  private OwsmTranslator(
      OwsmBlock block, DecodingArguments arguments, Reader<I> reader, Writer<O> writer) {
    this.block = block;
    this.arguments = arguments;
    this.reader = reader;
    this.writer = writer;
  }

  private interface Reader<I> {
    Utterance read(I input, int index) throws TranslateException;
  }

  private interface Writer<O> {
    O write(Outcome outcome) throws TranslateException;
  }

  static OwsmTranslator<Utterance, Outcome> ofUtterances(
      OwsmBlock block, DecodingArguments arguments) {
    return new OwsmTranslator<>(block, arguments, (utterance, i) -> utterance, outcome -> outcome);
  }

  static OwsmTranslator<float[], String> ofSamples(OwsmBlock block, DecodingArguments arguments) {
    return new OwsmTranslator<>(
        block, arguments, (samples, i) -> utterance(samples, i, arguments), OwsmTranslator::text);
  }

  static OwsmTranslator<Audio, String> ofAudio(OwsmBlock block, DecodingArguments arguments) {
    int rate = block.owsm().config().frontend().sampleRate();
    return new OwsmTranslator<>(
        block,
        arguments,
        (audio, i) -> utterance(samples(audio, rate), i, arguments),
        OwsmTranslator::text);
  }

  /** Not null, for then DJL would hand over the inputs one by one. */
  @Override
  public Batchifier getBatchifier() {
    return Batchifier.STACK;
  }

  @Override
  public NDList batchProcessInput(TranslatorContext context, List<I> inputs)
      throws TranslateException {
    List<Utterance> utterances = new ArrayList<>();
    for (I input : inputs) {
      utterances.add(reader.read(input, utterances.size()));
    }
    context.setAttachment(UTTERANCES, utterances);
    return new NDList();
  }

  @Override
  @SuppressWarnings("unchecked") // Put there above.
  public List<O> batchProcessOutput(TranslatorContext context, NDList nothing)
      throws TranslateException {
    List<Utterance> utterances = (List<Utterance>) context.getAttachment(UTTERANCES);
    Map<String, Outcome> outcomes = transcribe(utterances);
    List<O> outputs = new ArrayList<>();
    for (Utterance utterance : utterances) {
      outputs.add(writer.write(outcomes.get(utterance.id())));
    }
    return outputs;
  }

  /** DJL calls the methods above in its place. */
  @Override
  public NDList processInput(TranslatorContext context, I input) throws TranslateException {
    return batchProcessInput(context, List.of(input));
  }

  /** DJL calls the methods above in its place. */
  @Override
  public O processOutput(TranslatorContext context, NDList nothing) throws TranslateException {
    return batchProcessOutput(context, nothing).get(0);
  }

  private Map<String, Outcome> transcribe(List<Utterance> utterances) throws TranslateException {
    long ids = utterances.stream().map(Utterance::id).distinct().count();
    if (ids != utterances.size()) {
      throw new TranslateException(
          String.format(
              Locale.ROOT,
              "Cannot transcribe %d utterances with %d ids: ids must be unique in one call",
              utterances.size(),
              ids));
    }
    Map<String, Outcome> outcomes = new HashMap<>();
    // libtorch keeps the mode for each thread, and the thread is the caller's.
    boolean gradients = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try (Transcriber transcriber = block.owsm().transcriber(arguments.decoding())) {
      transcriber
          .transcribe(utterances.iterator())
          .forEachRemaining(outcome -> outcomes.put(outcome.id(), outcome));
    } finally {
      JniUtils.setGradMode(gradients);
    }
    return outcomes;
  }

  private static Utterance utterance(float[] samples, int index, DecodingArguments arguments) {
    return new Utterance(
        String.valueOf(index), samples, arguments.language(), arguments.task(), null);
  }

  private static float[] samples(Audio audio, int rate) throws TranslateException {
    if (audio.getSampleRate() != rate || audio.getChannels() != 1) {
      throw new TranslateException(
          String.format(
              Locale.ROOT,
              "Cannot transcribe audio of %s Hz x %d channels: resample it to %d Hz x 1 channel",
              audio.getSampleRate(),
              audio.getChannels(),
              rate));
    }
    return audio.getData();
  }

  private static String text(Outcome outcome) throws TranslateException {
    if (outcome instanceof Transcribed transcribed) {
      return transcribed.text();
    }
    Failed failed = (Failed) outcome;
    throw new TranslateException("%s: %s".formatted(failed.code(), failed.message()));
  }
}
