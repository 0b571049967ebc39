package dev.jora.engine;

import dev.jora.gguf.Utf8;
import dev.jora.sampling.TokenTexts;
import dev.jora.tokenizer.Tokenizer;

/**
 * A tokenizer as samplers see it. A model may have more rows than its vocabulary has tokens; those
 * have no text.
 */
public record VocabularyTexts(Tokenizer tokenizer, int size) implements TokenTexts {
  @Override
  public String text(int id) {
    return id < tokenizer.vocab().size() ? Utf8.decode(tokenizer.piece(id, true)) : "";
  }

  @Override
  public int[] tokenize(String text) {
    return tokenizer.encode(text, false, false);
  }

  @Override
  public boolean isEog(int id) {
    return id < tokenizer.vocab().size() && tokenizer.vocab().isEog(id);
  }
}
