package dev.jora.cli.common;

import dev.jora.gguf.Utf8;
import dev.jora.sampling.Logprobs;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of the likeliest next tokens: id, piece, logit, probability as a number and a bar. */
public final class NextTokens {
  /** Columns of a bar, so that a row fits into 60. */
  private static final int BAR = 12;

  private NextTokens() {}

  /** The table, a line each. */
  public static List<String> table(List<Logprobs.Entry> top, Tokenizer tokenizer) {
    List<String> lines = new ArrayList<>();
    lines.add(String.format("%7s  %-16s %9s %9s", "id", "piece", "logit", "prob"));
    for (Logprobs.Entry entry : top) {
      String piece = Text.quoted(Utf8.decode(piece(tokenizer, entry.id())));
      String row =
          String.format(Locale.ROOT, "%7d  ", entry.id())
              + Text.padded(piece, 16)
              + String.format(
                  Locale.ROOT, " %9.4f %8.4f%%  ", entry.logit(), 100 * entry.probability())
              + Text.bar(entry.probability(), BAR);
      lines.add(row.stripTrailing());
    }
    return lines;
  }

  /** All tokens of a prompt with their pieces, on stderr. */
  public static void list(int[] ids, Tokenizer tokenizer, CommonOptions common) {
    common.err().printf("prompt: %d tokens%n", ids.length);
    for (int id : ids) {
      common.err().printf("%6d -> %s%n", id, Text.quoted(Utf8.decode(piece(tokenizer, id))));
    }
    common.err().flush();
  }

  /** Rows of the embeddings may go beyond the vocabulary: such ids have no text. */
  public static byte[] piece(Tokenizer tokenizer, int id) {
    return id < tokenizer.vocab().size() ? tokenizer.piece(id, true) : new byte[0];
  }
}
