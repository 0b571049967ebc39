package dev.jora.serve.write;

import dev.jora.sampling.SamplerChain;
import dev.jora.serve.text.TextSettings;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** Tokens of a text that no event has told of yet. */
final class DrawnTokens {
  private final TextSettings settings;
  private final SamplerChain sampler;
  private final Tokenizer tokenizer;
  private final List<DrawnToken> tokens = new ArrayList<>();
  private int count;

  DrawnTokens(TextSettings settings, SamplerChain sampler, Tokenizer tokenizer) {
    this.settings = settings;
    this.sampler = sampler;
    this.tokenizer = tokenizer;
  }

  void add(int id, float[] logits) {
    int top = settings.probabilities();
    if (top == 0) {
      tokens.add(new DrawnToken(id, tokenizer.piece(id, true), Float.NaN, List.of()));
    } else if (settings.afterSampling()) {
      tokens.add(Odds.afterSampling(sampler.candidates(), id, top, tokenizer));
    } else {
      tokens.add(Odds.of(logits, id, top, tokenizer));
    }
    count++;
  }

  /** The last ones were taken back: where that may be, none is told of before the end. */
  void takeBack(int n) {
    count -= n;
    tokens.subList(tokens.size() - n, tokens.size()).clear();
  }

  /** All of them, for an event of a text that goes on. */
  List<DrawnToken> take() {
    return settings.banned().isEmpty() ? rest() : List.of();
  }

  /** All of them, at the end. */
  List<DrawnToken> rest() {
    List<DrawnToken> taken = List.copyOf(tokens);
    tokens.clear();
    return taken;
  }

  /** The last one, if it ended the text and so shows nothing; else null. */
  DrawnToken takeEnding() {
    boolean ends = !tokens.isEmpty() && tokenizer.vocab().isEog(tokens.getLast().id());
    return ends ? tokens.removeLast() : null;
  }

  /** How many were drawn in all. */
  int count() {
    return count;
  }
}
