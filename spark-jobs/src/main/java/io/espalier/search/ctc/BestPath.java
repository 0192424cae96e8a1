package io.espalier.search.ctc;

import io.espalier.search.words.TokenSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The best token of each frame as text: repeats are one token, and blanks are none.
 *
 * @param tokens ids
 * @param spans frames of each token
 * @param score log-probability of the path, the sum over all frames
 * @param tokenScore sum over tokens of the log-probability in the frame that each is surest in
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record BestPath(int[] tokens, List<TokenSpan> spans, double score, double tokenScore) {
  /**
   * Reads the path.
   *
   * @param parts frames in their order; a token that goes on in the next part is one
   */
  static BestPath of(List<CtcFrames> parts, int blank) {
    int frames = parts.stream().mapToInt(part -> part.ids().length).sum();
    int[] tokens = new int[frames];
    List<TokenSpan> spans = new ArrayList<>();
    int count = 0;
    int at = 0;
    int last = blank;
    double score = 0;
    double tokenScore = 0;
    double surest = 0;
    for (CtcFrames part : parts) {
      for (int frame = 0; frame < part.ids().length; frame++) {
        int id = part.ids()[frame];
        double own = part.logProbs()[frame];
        score += own;
        if (id != last) {
          tokenScore += surest;
          surest = id == blank ? 0 : own;
          if (id != blank) {
            tokens[count++] = id;
            spans.add(new TokenSpan(at, at + 1, own));
          }
        } else if (id != blank) {
          surest = Math.max(surest, own);
          TokenSpan before = spans.remove(count - 1);
          spans.add(new TokenSpan(before.start(), at + 1, before.logProbability() + own));
        }
        last = id;
        at++;
      }
    }
    return new BestPath(Arrays.copyOf(tokens, count), spans, score, tokenScore + surest);
  }
}
