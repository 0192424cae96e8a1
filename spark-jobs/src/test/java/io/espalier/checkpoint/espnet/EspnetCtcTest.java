package io.espalier.checkpoint.espnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.files.MalformedFileException;
import io.espalier.owsm.OwsmConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EspnetCtcTest {
  private static final String SMALLEST =
      """
      model: espnet_ctc
      token_type: bpe
      encoder: e_branchformer_ctc
      encoder_conf:
          attention_layer_type: selfattn
          pos_enc_layer_type: abs_pos
          use_ffn: true
          macaron_ffn: true
          num_blocks: 4
      promptencoder: transformer
      preprocessor: s2t_ctc
      normalize: null
      frontend: default
      token_list: ['<blank>', '<unk>', '<na>', '<eng>', '<nolang>', '<asr>', a,
          '<sos>', '<eos>', '<sop>']
      """;

  @TempDir Path temp;

  @Test
  void absentKeysTakeEspnetsDefaults() throws Exception {
    OwsmConfig config = read(SMALLEST);
    assertThat(config.encoder().inputLayer()).isEqualTo(OwsmConfig.InputLayer.CONV2D8);
    assertThat(config.decoder()).isEqualTo(OwsmConfig.Decoder.NONE);
    assertThat(config.ctcOnly())
        .contains(new OwsmConfig.CtcOnly(256, 4, 2048, 6, List.of(0, 1, 2, 3), List.of()));
  }

  @Test
  void publishedLayersAreCountedFromOneAndFlagsAreNumbers() throws Exception {
    OwsmConfig.CtcOnly shape =
        read(with(
                "interctc_layer_idx: [1, 3]\n    interctc_use_conditioning: true\n"
                    + "    use_cross_attention: [0, 1, false, true]"))
            .ctcOnly()
            .orElseThrow();
    assertThat(shape.conditioned()).containsExactly(0, 2);
    assertThat(shape.crossAttention()).containsExactly(1, 3);
  }

  @Test
  void intermediateOutputsWithoutConditioningChangeNothing() throws Exception {
    OwsmConfig.CtcOnly shape = read(with("interctc_layer_idx: [2]")).ctcOnly().orElseThrow();
    assertThat(shape.conditioned()).isEmpty();
  }

  @Test
  void targetsOfIntermediateOutputsAreForTraining() throws Exception {
    String layers = with("interctc_layer_idx: [1, 3]");
    assertThat(training(layers))
        .isEqualTo(new OwsmConfig.CtcTraining(List.of(0, 2), 0, List.of(false, false, false)));
    String model = "model_conf: {interctc_weight: 0.8, ctc_asr_only: [true, false, 1]}\n";
    assertThat(training(layers + model))
        .isEqualTo(new OwsmConfig.CtcTraining(List.of(0, 2), 0.8, List.of(true, false, true)));
    assertThat(training(layers + model.replace("[true, false, 1]", "[true]")).transcripts())
        .containsExactly(false, false, true);
    assertThatThrownBy(() -> read(layers + model.replace("0.8", "1").replace("false, 1", "2")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContainingAll(
            "model_conf.interctc_weight = 1", "model_conf.ctc_asr_only = [true, 2]");
  }

  private OwsmConfig.CtcTraining training(String text) throws IOException {
    return read(text).ctcOnly().orElseThrow().training();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "use_cross_attention: [0, 1]         | use_cross_attention = [0, 1]",
        "use_cross_attention: [0, 1, 2, 0]   | use_cross_attention = [0, 1, 2, 0]",
        "use_cross_attention: some           | use_cross_attention = some",
        "interctc_layer_idx: [4]             | interctc_layer_idx = [4]",
        "interctc_layer_idx: [3, 1]          | interctc_layer_idx = [3, 1]",
        "interctc_use_conditioning: 7        | interctc_use_conditioning = 7",
        "input_layer: conv2d                 | input_layer = conv2d",
      })
  void whatIsNoLayerIsRefusedByItsKey(String line, String message) {
    assertThatThrownBy(() -> read(with(line)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("encoder_conf." + message + " is not supported");
  }

  @Test
  void promptEncodersOfAnotherKindAreRefused() {
    String text =
        SMALLEST.replace(
            "preprocessor:",
            "promptencoder_conf:\n    output_size: 30\n    normalize_before: false\npreprocessor:");
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContainingAll(
            "promptencoder_conf.normalize_before = false",
            "promptencoder_conf.attention_heads = 4",
            "divisors of the width 30");
    assertThatThrownBy(() -> read(SMALLEST + "decoder: transformer\n"))
        .hasMessageContaining("decoder = transformer is not supported");
  }

  private static String with(String line) {
    return SMALLEST.replace("num_blocks: 4", "num_blocks: 4\n    " + line);
  }

  private OwsmConfig read(String text) throws IOException {
    return EspnetConfig.read(Files.writeString(temp.resolve("config.yaml"), text));
  }
}
