package io.espalier.owsm;

import io.espalier.features.LogMelSettings;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The shape of one OWSM, as ESPnet's {@code config.yaml} gives it: an attention encoder-decoder, or
 * an OWSM-CTC, which has no decoder and an encoder that reads a prompt.
 *
 * @param decoder of no layer in an OWSM-CTC
 * @param ctcOnly what an OWSM-CTC has besides; empty for an encoder-decoder
 * @param tokens the token list, id = position
 * @param globalMvn whether features are normalised by stored global statistics
 * @param speechLengthS length of a window in seconds; shorter audio is padded to it
 * @param speechResolutionS the step of the timestamp tokens in seconds
 */
public record OwsmConfig(
    Frontend frontend,
    Encoder encoder,
    Decoder decoder,
    Optional<CtcOnly> ctcOnly,
    List<String> tokens,
    boolean globalMvn,
    double speechLengthS,
    double speechResolutionS) {

  public OwsmConfig {
    tokens = List.copyOf(tokens);
  }

  /** An encoder-decoder. */
  public OwsmConfig(
      Frontend frontend,
      Encoder encoder,
      Decoder decoder,
      List<String> tokens,
      boolean globalMvn,
      double speechLengthS,
      double speechResolutionS) {
    this(
        frontend,
        encoder,
        decoder,
        Optional.empty(),
        tokens,
        globalMvn,
        speechLengthS,
        speechResolutionS);
  }

  /** ESPnet's {@code DefaultFrontend}: power STFT to log-mel. */
  public record Frontend(
      int sampleRate,
      int nFft,
      int winLength,
      int hopLength,
      int nMels,
      double fMin,
      double fMax,
      boolean htk) {
    /** What the front end needs of it. */
    public LogMelSettings settings() {
      return new LogMelSettings(sampleRate, nFft, winLength, hopLength, nMels, fMin, fMax);
    }
  }

  /** ESPnet's {@code EBranchformerEncoder}. */
  public record Encoder(
      InputLayer inputLayer,
      int size,
      int attentionHeads,
      int linearUnits,
      int cgmlpLinearUnits,
      int cgmlpConvKernel,
      int mergeConvKernel,
      boolean linearAfterConv,
      boolean qkNorm,
      int numBlocks) {}

  /** ESPnet's {@code TransformerDecoder}. */
  public record Decoder(int attentionHeads, int linearUnits, int numBlocks) {
    /** That of a model without one. */
    public static final Decoder NONE = new Decoder(0, 0, 0);
  }

  /**
   * What ESPnet's {@code EBranchformerCTCEncoder} and its model have that an encoder-decoder lacks.
   *
   * @param promptSize width of the prompt encoder and of the token embeddings
   * @param promptHeads its attention heads
   * @param promptLinearUnits its feed-forward units
   * @param promptBlocks its layers
   * @param crossAttention encoder layers, from 0 and ascending, that attend to the prompt
   * @param conditioned encoder layers, from 0 and ascending, behind which the model's own CTC
   *     output is added to the frames
   * @param training which CTC outputs are trained on what
   */
  public record CtcOnly(
      int promptSize,
      int promptHeads,
      int promptLinearUnits,
      int promptBlocks,
      List<Integer> crossAttention,
      List<Integer> conditioned,
      CtcTraining training) {
    public CtcOnly {
      crossAttention = List.copyOf(crossAttention);
      conditioned = List.copyOf(conditioned);
    }

    /** A model whose conditioned layers are trained as its last one, with a weight of 0. */
    public CtcOnly(
        int promptSize,
        int promptHeads,
        int promptLinearUnits,
        int promptBlocks,
        List<Integer> crossAttention,
        List<Integer> conditioned) {
      this(
          promptSize,
          promptHeads,
          promptLinearUnits,
          promptBlocks,
          crossAttention,
          conditioned,
          new CtcTraining(conditioned, 0, List.of(false)));
    }
  }

  /**
   * What the CTC outputs of an OWSM-CTC are trained on. Nothing but training asks for it.
   *
   * @param layers encoder layers, from 0 and ascending, whose output goes to CTC besides that of
   *     the last one
   * @param weight share of the mean of their losses in the whole loss, in [0, 1)
   * @param transcripts for each of these layers, and at the end for the model's output, whether
   *     CTC's target is the transcript, whatever the task; a list of another length counts from its
   *     end, and layers that it lacks do what the task says
   */
  public record CtcTraining(List<Integer> layers, double weight, List<Boolean> transcripts) {
    public CtcTraining {
      int more = layers.size() + 1 - transcripts.size();
      transcripts =
          more >= 0
              ? Stream.concat(Collections.nCopies(more, false).stream(), transcripts.stream())
                  .toList()
              : List.copyOf(transcripts.subList(-more, transcripts.size()));
      layers = List.copyOf(layers);
    }
  }

  /** The convolutional subsampling in front of the encoder. */
  public enum InputLayer {
    /** Two 3x3 convolutions with stride 2: v3.x. */
    CONV2D(2),
    /** Three of them: v4. */
    CONV2D8(3);

    private final int convolutions;

    InputLayer(int convolutions) {
      this.convolutions = convolutions;
    }

    /** Number of stride-2 convolutions. */
    public int convolutions() {
      return convolutions;
    }

    /** Length of the time or mel axis after all convolutions. */
    public int outputLength(int inputLength) {
      int length = inputLength;
      for (int i = 0; i < convolutions; i++) {
        length = (length - 1) / 2;
      }
      return length;
    }
  }

  /** Encoder layers that attend to a prompt; none in an encoder-decoder. */
  public List<Integer> crossAttention() {
    return ctcOnly.map(CtcOnly::crossAttention).orElse(List.of());
  }

  /** Number of tokens. */
  public int vocabularySize() {
    return tokens.size();
  }

  /** Samples in one full window. */
  public int windowSamples() {
    return (int) (frontend.sampleRate() * speechLengthS);
  }
}
