package io.espalier.search;

import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.OpenModules;

/**
 * OWSM's decoder by the book: the whole sequence at once, in double precision, in plain Java, for
 * one utterance, without any cache.
 */
final class PlainDecoder {
  private static final double EPS = 1e-12;

  private final RandomOwsm owsm;
  private final OwsmConfig.Decoder shape;
  private final int width;
  private final double[][] memory;
  private final OpenModules gates;

  /**
   * @param memory (frames, width), the encoder's output
   * @param gates open modules of the decoder
   */
  PlainDecoder(RandomOwsm owsm, double[][] memory, OpenModules gates) {
    this.owsm = owsm;
    this.shape = owsm.model().config().decoder();
    this.width = owsm.model().config().encoder().size();
    this.memory = memory;
    this.gates = gates;
  }

  /** Log-probabilities of every token behind the last of a sequence. */
  double[] behind(int[] sequence) {
    double[][] x = embed(sequence);
    for (int i = 0; i < shape.numBlocks(); i++) {
      String block = "decoder.decoders." + i;
      if (gates.isOpen(DecoderModule.SELF.gate(i))) {
        double[][] y = norm(x, block + ".norm1");
        add(x, attention(y, y, block + ".self_attn", true));
      }
      if (gates.isOpen(DecoderModule.SRC.gate(i))) {
        add(x, attention(norm(x, block + ".norm2"), memory, block + ".src_attn", false));
      }
      if (gates.isOpen(DecoderModule.FFN.gate(i))) {
        double[][] y = linear(norm(x, block + ".norm3"), block + ".feed_forward.w_1");
        for (double[] row : y) {
          for (int c = 0; c < row.length; c++) {
            row[c] = Math.max(0, row[c]);
          }
        }
        add(x, linear(y, block + ".feed_forward.w_2"));
      }
    }
    double[][] last = {x[x.length - 1]};
    return logSoftmax(linear(norm(last, "decoder.after_norm"), "decoder.output_layer")[0]);
  }

  /** CTC's log-probabilities, (frames, vocabulary). */
  double[][] ctc() {
    double[][] logits = linear(memory, "ctc.ctc_lo");
    for (int t = 0; t < logits.length; t++) {
      logits[t] = logSoftmax(logits[t]);
    }
    return logits;
  }

  private double[][] embed(int[] sequence) {
    float[] table = owsm.get("decoder.embed.0.weight");
    double[][] x = new double[sequence.length][width];
    for (int t = 0; t < sequence.length; t++) {
      for (int c = 0; c < width; c++) {
        double angle = t * Math.pow(10000, -(double) (c - c % 2) / width);
        double position = c % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
        x[t][c] = table[sequence[t] * width + c] * Math.sqrt(width) + position;
      }
    }
    return x;
  }

  private double[][] attention(double[][] from, double[][] to, String name, boolean causal) {
    double[][] query = linear(from, name + ".linear_q");
    double[][] key = linear(to, name + ".linear_k");
    double[][] value = linear(to, name + ".linear_v");
    int size = width / shape.attentionHeads();
    double[][] context = new double[from.length][width];
    for (int t = 0; t < from.length; t++) {
      int seen = causal ? t + 1 : to.length;
      for (int first = 0; first < width; first += size) {
        double[] scores = new double[seen];
        for (int s = 0; s < seen; s++) {
          for (int c = first; c < first + size; c++) {
            scores[s] += query[t][c] * key[s][c] / Math.sqrt(size);
          }
        }
        double[] logWeights = logSoftmax(scores);
        for (int s = 0; s < seen; s++) {
          for (int c = first; c < first + size; c++) {
            context[t][c] += Math.exp(logWeights[s]) * value[s][c];
          }
        }
      }
    }
    return linear(context, name + ".linear_out");
  }

  private double[][] linear(double[][] x, String name) {
    float[] weight = owsm.get(name + ".weight");
    float[] bias = owsm.get(name + ".bias");
    double[][] y = new double[x.length][bias.length];
    for (int t = 0; t < x.length; t++) {
      for (int out = 0; out < bias.length; out++) {
        double sum = bias[out];
        for (int in = 0; in < x[t].length; in++) {
          sum += weight[out * x[t].length + in] * x[t][in];
        }
        y[t][out] = sum;
      }
    }
    return y;
  }

  private double[][] norm(double[][] x, String name) {
    float[] gain = owsm.get(name + ".weight");
    float[] bias = owsm.get(name + ".bias");
    double[][] y = new double[x.length][width];
    for (int t = 0; t < x.length; t++) {
      double mean = 0;
      double square = 0;
      for (double value : x[t]) {
        mean += value / width;
      }
      for (double value : x[t]) {
        square += (value - mean) * (value - mean) / width;
      }
      for (int c = 0; c < width; c++) {
        y[t][c] = (x[t][c] - mean) / Math.sqrt(square + EPS) * gain[c] + bias[c];
      }
    }
    return y;
  }

  private static void add(double[][] x, double[][] y) {
    for (int t = 0; t < x.length; t++) {
      for (int c = 0; c < x[t].length; c++) {
        x[t][c] += y[t][c];
      }
    }
  }

  private static double[] logSoftmax(double[] logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - most);
    }
    double[] result = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      result[i] = logits[i] - most - Math.log(sum);
    }
    return result;
  }
}
