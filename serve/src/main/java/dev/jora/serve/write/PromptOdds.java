package dev.jora.serve.write;

import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.serve.model.ServedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** How likely the tokens of a prompt are, each after those before it. */
public final class PromptOdds {
  /** Tokens of one pass, between which others have their turn. */
  private static final int PIECE = 64;

  private PromptOdds() {}

  /**
   * Of all tokens of a prompt; the first has no logprob: NaN.
   *
   * @param top how many others are named at each place
   * @throws CancellationException if nobody waits for it any more
   */
  public static List<DrawnToken> of(
      int[] prompt, int top, ServedModel model, BooleanSupplier cancelled) {
    List<DrawnToken> tokens = new ArrayList<>();
    byte[] first = model.tokenizer().piece(prompt[0], true);
    tokens.add(new DrawnToken(prompt[0], first, Float.NaN, List.of()));
    Sequence sequence = model.scheduler().call(decoder -> decoder.newSequence());
    try {
      for (int from = 0; from < prompt.length - 1; from += PIECE) {
        int at = from;
        int n = Math.min(PIECE, prompt.length - 1 - from);
        List<float[]> rows =
            model.scheduler().call(decoder -> logits(decoder, sequence, prompt, at, n, cancelled));
        for (int i = 0; i < n; i++) {
          tokens.add(Odds.of(rows.get(i), prompt[from + i + 1], top, model.tokenizer()));
        }
      }
      return tokens;
    } finally {
      model
          .scheduler()
          .call(
              decoder -> {
                sequence.close();
                return null;
              });
    }
  }

  private static List<float[]> logits(
      Decoder decoder,
      Sequence sequence,
      int[] prompt,
      int from,
      int n,
      BooleanSupplier cancelled) {
    Batch batch = new Batch();
    batch.add(sequence, prompt, from, n, Batch.Outputs.ALL);
    if (!decoder.forward(batch, cancelled)) {
      throw new CancellationException("nobody waits for it any more");
    }
    float[][] rows = new float[n][decoder.model().vocabularySize()];
    for (int i = 0; i < n; i++) {
      decoder.logits(i, rows[i]);
    }
    return Arrays.asList(rows);
  }
}
