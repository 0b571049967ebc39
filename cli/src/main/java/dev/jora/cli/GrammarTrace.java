package dev.jora.cli;

import dev.jora.cli.common.Text;
import dev.jora.gguf.Utf8;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.GrammarState;
import dev.jora.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** The way of a text through a grammar. */
final class GrammarTrace {
  private static final int HASH_DIGITS = 16;

  /**
   * What could come at a place.
   *
   * @param index of the token that stands there; their number behind the last
   * @param allowed how many tokens, without those that end a text
   * @param hash the beginning of the SHA-256 of their ids, ascending, as text joined by ','
   * @param end true if the text may end there
   */
  record Step(int index, int allowed, String hash, boolean end) {}

  private final Tokenizer tokenizer;
  private final int[] ids;
  private final List<Step> steps = new ArrayList<>();
  private GrammarState state;
  private int accepted;

  private GrammarTrace(CompiledGrammar grammar, Tokenizer tokenizer, int[] ids) {
    this.tokenizer = tokenizer;
    this.ids = ids;
    this.state = grammar.start();
  }

  /** Follows a text as far as it fits; its tokens are those of text alone, without a beginning. */
  static GrammarTrace of(CompiledGrammar grammar, Tokenizer tokenizer, byte[] text) {
    GrammarTrace trace = new GrammarTrace(grammar, tokenizer, tokenizer.encode(text, false, false));
    trace.step();
    while (trace.accepted < trace.ids.length) {
      GrammarState next = trace.state.accept(trace.ids[trace.accepted]);
      if (next.isDead()) {
        break;
      }
      trace.state = next;
      trace.accepted++;
      trace.step();
    }
    return trace;
  }

  private void step() {
    int[] allowed = allowed().toArray();
    steps.add(new Step(accepted, allowed.length, hash(allowed), state.isAccepting()));
  }

  private IntStream allowed() {
    return state.mask().ids().filter(id -> !tokenizer.vocab().isEog(id));
  }

  private static String hash(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(text.isEmpty() ? "" : ",").append(id);
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** The tokens of the text. */
  int[] ids() {
    return ids;
  }

  /** The text of one of them. */
  byte[] piece(int index) {
    return tokenizer.piece(ids[index], true);
  }

  /** How many of them fit. */
  int accepted() {
    return accepted;
  }

  /** True if all fit, and the text may end behind them. */
  boolean isWhole() {
    return accepted == ids.length && state.isAccepting();
  }

  /** One for each token that was tried, and one behind the last if all fit. */
  List<Step> steps() {
    return steps;
  }

  /** Texts of tokens that could come where the text stopped. */
  List<String> next(int most) {
    return allowed()
        .limit(most)
        .mapToObj(id -> Text.quoted(Utf8.decode(tokenizer.piece(id, true))))
        .toList();
  }
}
