package io.espalier.owsm;

import io.espalier.nn.CachedAttention;
import io.espalier.nn.FeedForward;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.SourceAttention;

/** One block of ESPnet's {@code TransformerDecoder}: pre-norm self- and source-attention, FFN. */
record DecoderLayer(CachedAttention self, SourceAttention source, FeedForward ffn) {
  static DecoderLayer of(ModuleScope module, int index, int heads) {
    String name = "decoder.decoders." + index;
    return new DecoderLayer(
        new CachedAttention(module, name + ".self_attn", name + ".norm1", heads),
        new SourceAttention(module, name + ".src_attn", name + ".norm2", heads),
        new FeedForward(
            module, name + ".feed_forward", name + ".norm3", FeedForward.Activation.RELU));
  }
}
