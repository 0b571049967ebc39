package dev.jora.cli.evaluate;

import dev.jora.cli.common.Text;
import dev.jora.quantize.evaluate.TokenScore;
import dev.jora.tokenizer.Tokenizer;
import java.util.Locale;

/**
 * The CSV of {@code --per-token}: a line per scored token. Line ends in a token's text are spelled
 * {@code \n}, so that it stays one line.
 */
final class TokenTable {
  static final String HEAD = "chunk,position,id,token,probability,rank\n";

  private TokenTable() {}

  static String line(TokenScore score, Tokenizer tokenizer) {
    int id = score.token().id();
    String text = Text.plain(Text.wellFormed(tokenizer.piece(id, true)));
    return String.format(
        Locale.ROOT,
        "%d,%d,%d,\"%s\",%.9g,%d\n",
        score.token().chunk() + 1,
        score.token().position(),
        id,
        text.replace("\"", "\"\""),
        score.probability(),
        score.rank());
  }
}
