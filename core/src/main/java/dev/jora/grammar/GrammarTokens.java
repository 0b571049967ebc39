package dev.jora.grammar;

import dev.jora.tokenizer.Tokenizer;
import dev.jora.tokenizer.Vocab;
import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The tokens of a vocabulary as grammars see them. Immutable; any number of them may use it. */
public final class GrammarTokens {
  private static final byte[] NONE = {};

  private final Tokenizer tokenizer;
  private final byte[][] bytes;
  private final BitSet ends = new BitSet();
  private final TokenTree tree;

  /** The tokens that a tokenizer has, control tokens with the text that they are written with. */
  public GrammarTokens(Tokenizer tokenizer) {
    this(tokenizer, id -> true);
  }

  /**
   * The tokens of a text in which not all are shown.
   *
   * @param shown which control tokens are, as text; another one comes only where a grammar asks for
   *     it as a token
   */
  public GrammarTokens(Tokenizer tokenizer, IntPredicate shown) {
    this.tokenizer = tokenizer;
    Vocab vocab = tokenizer.vocab();
    this.bytes = new byte[vocab.size()][];
    IntStream.range(0, bytes.length).parallel().forEach(id -> bytes[id] = text(id, shown.test(id)));
    for (int id = 0; id < bytes.length; id++) {
      ends.set(id, vocab.isEog(id));
    }
    this.tree = new TokenTree(bytes);
  }

  /** What a token adds to a text, but nothing for those that a grammar must not take for text. */
  private byte[] text(int id, boolean shown) {
    byte[] piece = tokenizer.vocab().isEog(id) ? NONE : tokenizer.piece(id, shown);
    return piece.length > 0 && piece[0] == 0 ? NONE : piece;
  }

  /** Number of tokens. */
  public int size() {
    return bytes.length;
  }

  /** What a token adds to a text; nothing if it never may come as text. */
  byte[] bytes(int id) {
    return id >= 0 && id < bytes.length ? bytes[id] : NONE;
  }

  /** True if the token ends a text. */
  boolean isEnd(int id) {
    return id >= 0 && ends.get(id);
  }

  /** True if some token ends a text. */
  boolean hasEnds() {
    return !ends.isEmpty();
  }

  /** Sets the tokens that end a text. */
  void addEnds(long[] mask) {
    ends.stream().forEach(id -> mask[id >> 6] |= 1L << id);
  }

  /** The id that a token of a grammar means. */
  int id(Expression.Token token) {
    if (token.name() == null) {
      if (token.id() >= size()) {
        throw new GrammarException(
            token.place(),
            "there is no token " + token.id() + ": the vocabulary has " + size() + " tokens");
      }
      return token.id();
    }
    int[] ids = tokenizer.encode(token.name(), false, true);
    if (ids.length != 1) {
      throw new GrammarException(
          token.place(),
          "'"
              + token.name()
              + "' is no token of the vocabulary, but "
              + ids.length
              + " in a row; write text as \"…\"");
    }
    return ids[0];
  }

  /** All tokens that are texts. */
  TokenTree tree() {
    return tree;
  }
}
