package dev.jora.serve.write;

import dev.jora.sampling.Candidates;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** How likely tokens are. */
public final class Odds {
  private Odds() {}

  /**
   * A token among all of the vocabulary.
   *
   * @param logits as the model gives them
   * @param top how many of the likeliest are named
   */
  public static DrawnToken of(float[] logits, int id, int top, Tokenizer tokenizer) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    float log = (float) (max + Math.log(sum));
    List<DrawnToken> others = new ArrayList<>();
    for (int other : likeliest(logits, top)) {
      others.add(token(other, logits[other] - log, tokenizer));
    }
    DrawnToken drawn = token(id, logits[id] - log, tokenizer);
    return new DrawnToken(drawn.id(), drawn.bytes(), drawn.logprob(), List.copyOf(others));
  }

  /** The token that was drawn among those that it was drawn from. */
  static DrawnToken afterSampling(Candidates from, int id, int top, Tokenizer tokenizer) {
    List<DrawnToken> others = new ArrayList<>();
    float drawn = 1;
    for (int i = 0; i < from.count(); i++) {
      others.add(token(from.id(i), (float) Math.log(from.p(i)), tokenizer));
      drawn = from.id(i) == id ? from.p(i) : drawn;
    }
    others.sort((a, b) -> Float.compare(b.logprob(), a.logprob()));
    DrawnToken token = token(id, (float) Math.log(drawn), tokenizer);
    int named = Math.min(top, others.size());
    return new DrawnToken(
        id, token.bytes(), token.logprob(), List.copyOf(others.subList(0, named)));
  }

  private static DrawnToken token(int id, float logprob, Tokenizer tokenizer) {
    byte[] bytes = id < tokenizer.vocab().size() ? tokenizer.piece(id, true) : new byte[0];
    return new DrawnToken(id, bytes, logprob, List.of());
  }

  /** Ids of the largest, the largest first, equal ones by id. */
  static int[] likeliest(float[] logits, int top) {
    int n = Math.min(top, logits.length);
    int[] ids = new int[n];
    int found = 0;
    for (int id = 0; id < logits.length && n > 0; id++) {
      if (found == n && !(logits[id] > logits[ids[n - 1]])) {
        continue;
      }
      int at = found < n ? found++ : n - 1;
      for (; at > 0 && logits[ids[at - 1]] < logits[id]; at--) {
        ids[at] = ids[at - 1];
      }
      ids[at] = id;
    }
    return ids;
  }
}
