package io.espalier.search;

import ai.djl.Model;
import ai.djl.modality.audio.Audio;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;

/**
 * Transcribes through DJL's {@code Predictor}. Types:
 *
 * <ul>
 *   <li>{@link Utterance} to {@link Outcome}: everything, failures of single utterances included;
 *       ids must be unique in one call.
 *   <li>{@code float[]}, mono 16 kHz samples in [-1, 1), to the text as {@link String}.
 *   <li>{@link Audio}, mono and 16 kHz, to {@link String}.
 * </ul>
 *
 * <p>Where the output is a string, an utterance that fails is a {@link TranslateException}. Options
 * are the {@code Criteria}'s arguments, under the names of {@code espalier transcribe}: {@code
 * language}, {@code task}, {@code beam}, {@code ctc-weight}, {@code maxlenratio}, ...
 */
public final class OwsmTranslatorFactory implements TranslatorFactory {
  private static final Set<Pair<Type, Type>> TYPES =
      Set.of(
          new Pair<>(Utterance.class, Outcome.class),
          new Pair<>(float[].class, String.class),
          new Pair<>(Audio.class, String.class));

  @Override
  public Set<Pair<Type, Type>> getSupportedTypes() {
    return TYPES;
  }

  @Override
  @SuppressWarnings("unchecked") // The classes are compared with those of the translator.
  public <I, O> Translator<I, O> newInstance(
      Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
      throws TranslateException {
    if (!(model.getBlock() instanceof OwsmBlock block)) {
      throw new TranslateException(
          "Cannot transcribe with model %s: it is not an OWSM bundle".formatted(model.getName()));
    }
    DecodingArguments decoding;
    try {
      decoding = DecodingArguments.of(arguments);
      // What the model cannot do is said now.
      block.owsm().transcriber(decoding.decoding()).close();
    } catch (IllegalArgumentException e) {
      throw new TranslateException(e.getMessage(), e);
    }
    if (input == Utterance.class && output == Outcome.class) {
      return (Translator<I, O>) OwsmTranslator.ofUtterances(block, decoding);
    }
    if (input == float[].class && output == String.class) {
      return (Translator<I, O>) OwsmTranslator.ofSamples(block, decoding);
    }
    if (input == Audio.class && output == String.class) {
      return (Translator<I, O>) OwsmTranslator.ofAudio(block, decoding);
    }
    throw new TranslateException(
        "Cannot turn %s into %s: known are Utterance to Outcome, float[] and Audio to String"
            .formatted(input.getName(), output.getName()));
  }
}
