package io.espalier.checkpoint.espnet;

import io.espalier.context.SpeakerConfig;
import io.espalier.features.MelSpectrogramConfig;
import io.espalier.files.MalformedFileException;
import io.espalier.files.YamlFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Converts ESPnet-SPK's {@code config.yaml} to {@link SpeakerConfig}. Absent keys take the defaults
 * of ESPnet's own classes; any setting with which ESPnet would compute differently is refused.
 */
public final class SpeakerYaml {
  private SpeakerYaml() {}

  /**
   * Reads the shape of a speaker encoder from ESPnet's configuration.
   *
   * @throws MalformedFileException with all values that are not supported
   */
  public static SpeakerConfig read(Path path) throws IOException {
    EspnetSection root =
        EspnetSection.root(
                "Cannot use %s as an ECAPA-TDNN speaker encoder".formatted(path),
                YamlFile.read(path))
            .ignoreOthers();
    SpeakerConfig config = config(root);
    root.finish();
    return config;
  }

  private static SpeakerConfig config(EspnetSection root) {
    root.only("frontend", null, "melspec_torch");
    root.only("encoder", "rawnet3", "ecapa_tdnn");
    root.only("pooling", "chn_attn_stat", "chn_attn_stat");
    root.only("projector", "rawnet3", "rawnet3");
    root.only("normalize", null, null);
    root.only("input_size", null, null);
    root.only("sample_rate", MelSpectrogramConfig.SAMPLE_RATE, MelSpectrogramConfig.SAMPLE_RATE);
    MelSpectrogramConfig frontend = frontend(root.section("frontend_conf"));
    EspnetSection encoder = root.section("encoder_conf");
    encoder.only("block", "EcapaBlock", "EcapaBlock");
    int width = encoder.positive("ndim", 1024);
    int scale = encoder.positive("model_scale", 8);
    int output = encoder.positive("output_size", 1536);
    if (scale < 2 || scale > width) {
      encoder.problem("model_scale", scale, "values from 2 to ndim = " + width);
    }
    EspnetSection pooling = root.section("pooling_conf");
    int attention = pooling.positive("hidden_size", 128);
    EspnetSection projector = root.section("projector_conf");
    int embedding = projector.positive("output_size", 192);
    return new SpeakerConfig(frontend, width, scale, output, attention, embedding);
  }

  private static MelSpectrogramConfig frontend(EspnetSection conf) {
    conf.only("window_fn", "hamming", "hamming");
    conf.only("mel_scale", "htk", "htk");
    int nFft = conf.positive("n_fft", 512);
    int winLength = conf.positiveOrNull("win_length", 400);
    if (winLength > nFft) {
      conf.problem("win_length", winLength, "values up to n_fft = " + nFft);
    }
    boolean mean = conf.raw("normalize") != null;
    if (mean) {
      conf.only("normalize", null, "mn");
    }
    MelSpectrogramConfig frontend =
        new MelSpectrogramConfig(
            conf.flag("preemp", true),
            nFft,
            winLength,
            conf.positive("hop_length", 160),
            conf.positive("n_mels", 80),
            conf.hertz("f_min", 20),
            conf.hertz("f_max", 7600),
            conf.flag("log", false),
            mean);
    if (frontend.fMin() >= frontend.fMax()) {
      conf.problem("f_min", frontend.fMin(), "values below f_max = " + frontend.fMax());
    }
    return frontend;
  }
}
