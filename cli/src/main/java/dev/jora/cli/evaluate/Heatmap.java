package dev.jora.cli.evaluate;

import dev.jora.cli.common.NextTokens;
import dev.jora.cli.common.Text;
import dev.jora.gguf.Utf8;
import dev.jora.quantize.evaluate.Chunks;
import dev.jora.quantize.evaluate.TokenScore;
import dev.jora.tokenizer.StreamingDecoder;
import dev.jora.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;

/**
 * The page of {@code --heatmap}: a text whose tokens are the redder the less a model expected them,
 * in a single file that needs no other.
 */
final class Heatmap {
  /** Surprises from so many bits on look alike. */
  private static final int BITS = 16;

  /** So many of the likeliest tokens are told with every scored one. */
  static final int LIKELIEST = 3;

  static final String END = "</main>\n</html>\n";

  private Heatmap() {}

  /** What stands before the text. */
  static String head(String title) {
    StringBuilder shades = new StringBuilder();
    StringBuilder dark = new StringBuilder();
    StringBuilder legend = new StringBuilder();
    for (int bits = 0; bits <= BITS; bits++) {
      double share = (double) bits / BITS;
      shades.append(shade(bits, 60 - 60 * share, 97 - 37 * share));
      dark.append(shade(bits, 60 - 60 * share, 10 + 28 * share));
      legend.append("<span class=s%d>&nbsp;%d%s&nbsp;</span>".formatted(bits, bits, last(bits)));
    }
    return """
    <!DOCTYPE html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <style>
    :root{color-scheme:light dark}
    body{font:16px/1.6 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111;background:#fff}
    main{white-space:pre-wrap;overflow-wrap:anywhere}
    section{border-top:1px solid #ccc;padding:.5em 0}
    i{font-style:normal;color:#999}
    %s@media (prefers-color-scheme:dark){
    body{color:#eee;background:#111}
    section{border-color:#444}
    i{color:#888}
    %s}
    </style>
    <h1>%s</h1>
    <p>Bits of surprise, −log₂ of the probability that the model gave a token: %s.
    Grey tokens were read and not scored. Point at a token for its probability and rank, and the likeliest in its place.</p>
    <main>
    """
        .formatted(escaped(title), shades, dark, escaped(title), legend);
  }

  private static String shade(int bits, double hue, double lightness) {
    return String.format(
        Locale.ROOT, ".s%d{background:hsl(%.0f 90%% %.0f%%)}\n", bits, hue, lightness);
  }

  private static String last(int bits) {
    return bits == BITS ? "+" : "";
  }

  /** A chunk: what is not scored in grey, what is in colours. */
  static void add(
      Writer page, Tokenizer tokenizer, Chunks chunks, int chunk, List<TokenScore> scores)
      throws IOException {
    StreamingDecoder text = new StreamingDecoder(tokenizer, true);
    int start = chunks.start(chunk);
    page.write("<section>");
    // Windows overlap: only the first shows what comes before its scored tokens.
    if (chunk == 0 || chunks.step() == chunks.size()) {
      StringBuilder unscored = new StringBuilder();
      for (int place = 0; place <= chunks.first(); place++) {
        unscored.append(text.accept(chunks.tokens()[start + place]));
      }
      page.write("<i>" + escaped(unscored.toString()) + "</i>");
    }
    for (TokenScore score : scores) {
      page.write(span(score, tokenizer, text.accept(score.token().id())));
    }
    page.write(escaped(text.flush()) + "</section>\n");
  }

  /** A character may be several tokens: those before the last show a dot. */
  private static String span(TokenScore score, Tokenizer tokenizer, String text) {
    StringBuilder likeliest = new StringBuilder();
    for (TokenScore.Candidate candidate : score.likeliest()) {
      String piece = Text.quoted(Utf8.decode(NextTokens.piece(tokenizer, candidate.id())));
      likeliest.append(
          String.format(Locale.ROOT, "&#10;%.3g %s", candidate.probability(), escaped(piece)));
    }
    double bits = score.surprise() / Math.log(2);
    return String.format(
        Locale.ROOT,
        "<span class=s%d title=\"p %.3g, rank %d%s\">%s</span>",
        (int) Math.min(BITS, Math.max(0, Math.round(bits))),
        score.probability(),
        score.rank(),
        likeliest,
        text.isEmpty() ? "·" : escaped(text));
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.append((char) c);
              }
            });
    return out.toString();
  }
}
