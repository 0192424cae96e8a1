package io.espalier.checkpoint.espnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.files.MalformedFileException;
import io.espalier.owsm.OwsmConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EspnetConfigTest {
  private static final List<String> TOKENS =
      List.of(
          "<blank>",
          "<unk>",
          "<na>",
          "<nospeech>",
          "<eng>",
          "<asr>",
          "<st_deu>",
          "<notimestamps>",
          "<0.00>",
          "<0.02>",
          "<0.04>",
          "\u2581",
          "a",
          "<sos>",
          "<eos>",
          "<sop>");

  /** Everything that has no usable default in ESPnet itself, and nothing else. */
  private static final String SMALLEST =
      """
      model: espnet
      token_type: bpe
      encoder: e_branchformer
      encoder_conf:
          attention_layer_type: selfattn
          pos_enc_layer_type: abs_pos
          use_ffn: true
          macaron_ffn: true
      decoder: transformer
      preprocessor: s2t
      preprocessor_conf:
          last_time_symbol: <0.04>
      normalize: null
      """;

  @TempDir Path temp;

  @Test
  void absentKeysTakeEspnetsDefaults() throws Exception {
    OwsmConfig config = read(SMALLEST);
    assertThat(config.frontend())
        .isEqualTo(new OwsmConfig.Frontend(16_000, 512, 512, 128, 80, 0, 8000, false));
    assertThat(config.encoder())
        .isEqualTo(
            new OwsmConfig.Encoder(
                OwsmConfig.InputLayer.CONV2D, 256, 4, 2048, 2048, 31, 3, false, false, 12));
    assertThat(config.decoder()).isEqualTo(new OwsmConfig.Decoder(4, 2048, 6));
    assertThat(config.tokens()).isEqualTo(TOKENS);
    assertThat(config.globalMvn()).isFalse();
    assertThat(config.speechLengthS()).isEqualTo(30);
    assertThat(config.speechResolutionS()).isEqualTo(0.02);
  }

  @ParameterizedTest
  @ValueSource(strings = {"16000", "16k", "16K", "'16000'"})
  void sampleRatesAreNumbersOrStrings(String rate) throws Exception {
    String text = SMALLEST + "frontend_conf:\n    fs: " + rate + "\n";
    assertThat(read(text).frontend().sampleRate()).isEqualTo(16_000);
  }

  @Test
  void valuesOfTheFileWin() throws Exception {
    String text =
        SMALLEST.replace("pos_enc", "num_blocks: 18\n    input_layer: conv2d8\n    pos_enc")
            + "frontend_conf:\n    n_mels: 128\n    hop_length: 160\n    win_length: 400\n";
    OwsmConfig config = read(text);
    assertThat(config.encoder().numBlocks()).isEqualTo(18);
    assertThat(config.encoder().inputLayer()).isEqualTo(OwsmConfig.InputLayer.CONV2D8);
    assertThat(config.frontend().nMels()).isEqualTo(128);
    assertThat(config.frontend().hopLength()).isEqualTo(160);
    assertThat(config.frontend().winLength()).isEqualTo(400);
  }

  @Test
  void keysThatOnlyTrainingReadsAreLeftAlone() throws Exception {
    String training =
        "use_flash_attn: true\n    gradient_checkpoint_layers: [0, 1]\n    dropout_rate: 0.05\n";
    String text =
        SMALLEST.replace("    use_ffn", "    layer_drop_rate: 0.0\n    " + training + "    use_ffn")
            + "decoder_conf:\n    self_attention_dropout_rate: 0.0\n    "
            + training;
    assertThat(read(text).encoder()).isEqualTo(read(SMALLEST).encoder());
  }

  @Test
  void aTinyNumberInScientificNotationIsANumber() throws Exception {
    String mvn = "normalize: global_mvn\nnormalize_conf:\n    stats_file: s.npz\n    eps: ";
    String text = SMALLEST.replace("normalize: null\n", mvn + "1.0e-20\n");
    assertThat(read(text).globalMvn()).isTrue();
  }

  @Test
  void tokensAreStringsWhateverTheyLookLike() throws Exception {
    List<String> odd = new ArrayList<>(TOKENS);
    odd.addAll(11, List.of("yes", "null", "1", "1e3", "~", "0x1F", "2001-01-01", "1_0", "-"));
    StringBuilder list = new StringBuilder("token_list:\n");
    odd.forEach(token -> list.append("- ").append(quoted(token)).append('\n'));
    assertThat(read(SMALLEST, list.toString()).tokens()).isEqualTo(odd);
  }

  /** As PyYAML writes them: it quotes what it would itself read as something else. */
  private static String quoted(String token) {
    return List.of("yes", "null", "1", "~", "0x1F", "2001-01-01", "1_0", "-").contains(token)
        ? "'" + token + "'"
        : token;
  }

  static Stream<Arguments> unsupported() {
    return Stream.of(
        Arguments.of("model: espnet", "model: espnet_asr", "model = espnet_asr"),
        Arguments.of(
            "encoder: e_branchformer", "encoder: e_branchformer_ctc", "only e_branchformer"),
        Arguments.of("token_type: bpe", "token_type: char", "token_type = char"),
        Arguments.of("normalize: null", "normalize: utterance_mvn", "normalize = utterance_mvn"),
        Arguments.of("normalize: null\n", "", "normalize = utterance_mvn (ESPnet's default)"),
        Arguments.of("use_ffn: true", "use_ffn: false", "encoder_conf.use_ffn = false"),
        Arguments.of("abs_pos", "rel_pos", "encoder_conf.pos_enc_layer_type = rel_pos"),
        Arguments.of("use_ffn", "num_blocks: 0\n    use_ffn", "encoder_conf.num_blocks = 0"),
        Arguments.of("use_ffn", "num_blocks: six\n    use_ffn", "encoder_conf.num_blocks = six"),
        Arguments.of("use_ffn", "output_size: 250\n    use_ffn", "divisors of the width 250"),
        Arguments.of("use_ffn", "cgmlp_conv_kernel: 30\n    use_ffn", "only odd kernels"),
        Arguments.of("use_ffn", "input_layer: linear\n    use_ffn", "only conv2d or conv2d8"),
        Arguments.of("use_ffn", "interctc_layer_idx: [6]\n    use_ffn", "interctc_layer_idx = [6]"),
        Arguments.of("use_ffn", "a_new_key: 1\n    use_ffn", "encoder_conf.a_new_key is not known"),
        Arguments.of(
            "normalize:", "frontend_conf:\n    fs: 8k\nnormalize:", "frontend_conf.fs = 8k"),
        Arguments.of("normalize:", "frontend_conf:\n    fs: fast\nnormalize:", "fs = fast"),
        Arguments.of(
            "normalize:", "frontend_conf:\n    win_length: 600\nnormalize:", "up to n_fft = 512"),
        Arguments.of(
            "normalize:", "frontend_conf:\n    htk: true\nnormalize:", "frontend_conf.htk = true"),
        Arguments.of(
            "normalize:", "model_conf:\n    ctc_weight: 1.0\nnormalize:", "ctc_weight = 1.0"),
        Arguments.of("<0.04>", "<30.00>", "last_time_symbol = <30.00>"));
  }

  @ParameterizedTest
  @MethodSource("unsupported")
  void whatWouldBeComputedOtherwiseIsRefusedByItsKey(String old, String changed, String message) {
    assertThat(SMALLEST).contains(old);
    assertThatThrownBy(() -> read(SMALLEST.replace(old, changed)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  @Test
  void allProblemsAreNamedAtOnce() {
    String text =
        SMALLEST.replace("abs_pos", "rel_pos").replace("bpe", "char").replace("transformer", "rnn");
    assertThatThrownBy(() -> read(text))
        .hasMessageContaining("problems: 3")
        .hasMessageContainingAll("pos_enc_layer_type", "token_type", "decoder = rnn");
  }

  @Test
  void tokenListsWithoutThePromptsTokensAreRefused() {
    assertThatThrownBy(() -> read(SMALLEST, "token_list:\n- <blank>\n- <unk>\n- a\n- a\n"))
        .hasMessageContainingAll("token_list lacks <sos>", "token_list lacks <notimestamps>")
        .hasMessageContaining("token_list has a twice, as 2 and 3");
    assertThatThrownBy(() -> read(SMALLEST, "token_list: tokens.txt\n"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("token_list");
  }

  @Test
  void objectsInYamlAreRefused() {
    assertThatThrownBy(() -> read(SMALLEST + "x: !!javax.script.ScriptEngineManager []\n"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("ScriptEngineManager");
    assertThatThrownBy(() -> read(SMALLEST + "x: !!python/object/apply:os.system [id]\n"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("python/object/apply:os.system");
  }

  @Test
  void aliasesThatUnfoldWithoutEndAreRefused() {
    StringBuilder bomb = new StringBuilder(SMALLEST).append("l0: &l0 [x, x]\n");
    for (int i = 1; i < 300; i++) {
      bomb.append(String.format(Locale.ROOT, "l%d: &l%d [*l%d, *l%d]\n", i, i, i - 1, i - 1));
    }
    assertThatThrownBy(() -> read(bomb.toString())).isInstanceOf(MalformedFileException.class);
  }

  @Test
  void keysThatAreSetTwiceAreRefused() {
    assertThatThrownBy(() -> read(SMALLEST + "encoder: rnn\n"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("duplicate key encoder");
  }

  private OwsmConfig read(String text) throws IOException {
    StringBuilder list = new StringBuilder("token_list:\n");
    TOKENS.forEach(token -> list.append("- ").append(token).append('\n'));
    return read(text, list.toString());
  }

  private OwsmConfig read(String text, String tokenList) throws IOException {
    return EspnetConfig.read(Files.writeString(temp.resolve("config.yaml"), text + tokenList));
  }
}
