package io.espalier.training;

import io.espalier.training.recipe.TrainRecipe;

/** The recipe of an OWSM-CTC of a few thousand parameters, for the made-up words of TinyRun. */
public final class TinyCtcRun {
  public static final String RECIPE =
      """
      name: tiny-ctc
      seed: 3
      model:
        config:
          model: espnet_ctc
          frontend_conf: {fs: 16k, n_fft: 512, win_length: 400, hop_length: 160, n_mels: 20}
          encoder_conf:
            output_size: 16
            attention_heads: 2
            attention_layer_type: selfattn
            pos_enc_layer_type: abs_pos
            cgmlp_linear_units: 32
            cgmlp_conv_kernel: 3
            num_blocks: 3
            input_layer: conv2d8
            use_ffn: true
            macaron_ffn: true
            ffn_activation_type: swish
            linear_units: 32
            merge_conv_kernel: 3
            interctc_layer_idx: [1, 2]
            interctc_use_conditioning: true
            use_cross_attention: [0, 1, 1]
          promptencoder_conf: {output_size: 8, attention_heads: 2, linear_units: 16, num_blocks: 1}
          model_conf: {interctc_weight: 0.5, ctc_asr_only: [true, false, false]}
          preprocessor_conf: {speech_length: 2}
        symbols: [<na>, <eng>, <nolang>, <asr>]
        pieces: 20
      data: {text_prev_share: 0, language_share: 0.7, full_window_share: 1}
      objective:
        {interctc_weight: 0.5, dropout: 0.1, attention_dropout: 0.1, precision: float32}
      spec_augment:
        {time_warp: 2, filter_masks: 1, filter_mask_width: 2, time_masks: 1, time_mask_ratio: 0.05}
      optimizer: {betas: [0.9, 0.98], epsilon: 1.0e-6, weight_decay: 0.01, clip_norm: 5}
      learning_rate: {peak: 5.0e-3, warmup: 10}
      schedule:
        batch_sizes: [4, 8]
        accumulate: 2
        max_steps: 30
        log_every: 5
        validate_every: 10
        validate_utterances: 2
        checkpoint_every: 10
        average: 2
        patience: 0
      """;

  private TinyCtcRun() {}

  public static TrainRecipe recipe() {
    return TrainRecipe.parse("tiny-ctc", RECIPE);
  }

  /** Predictors for all modules, trained alone. */
  static TrainRecipe gated(String view) {
    return TrainRecipe.parse(
        "gated",
        RECIPE
            + "frozen: ['(encoder|ctc|prompt_encoder|embed|embed_proj|prompt_proj)\\..*']\n"
            + "gates: {"
            + view
            + " contexts: [language, task], projection: 4, hidden: 8, spread: {contexts: [task],"
            + " logits: 1}, context_dropout: 0.3, temperature: {first: 2, last: 1, steps: 4},"
            + " sparsity: {weight: 1, measure: flops}, targets: {encoder: [0.1, 0.5], asked: 0.3,"
            + " curriculum: 2}}\n");
  }
}
