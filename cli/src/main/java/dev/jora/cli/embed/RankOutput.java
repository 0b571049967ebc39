package dev.jora.cli.embed;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.cli.common.HelpWidth;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.Text;
import dev.jora.cli.terminal.Columns;
import java.util.List;

/**
 * Ranked documents as they are printed.
 *
 * @param labels of scores, where all of them are shown; else empty
 */
record RankOutput(List<String> labels) {
  /** A tab ends at the next of these columns. */
  private static final int TAB = 8;

  /** A line each: score, index, document. */
  void lines(List<RankedDocument> documents) {
    Output out = Output.standard();
    boolean seen = Terminal.stdout();
    int width = seen ? HelpWidth.columns() : 0;
    for (RankedDocument document : documents) {
      StringBuilder line = new StringBuilder();
      line.append(document.score()).append('\t').append(document.index()).append('\t');
      if (!labels.isEmpty()) {
        line.append(scores(document)).append('\t');
      }
      String text = Text.plain(document.text());
      out.println(line + (seen ? Columns.shortened(text, width - columns(line)) : text));
    }
    out.flush();
  }

  private String scores(RankedDocument document) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < labels.size(); i++) {
      text.append(i == 0 ? "" : " ").append(Text.plain(labels.get(i)));
      text.append('=').append(document.scores()[i]);
    }
    return text.toString();
  }

  /** Columns up to the end of a text with tabs, of which the last character is one. */
  private static int columns(CharSequence text) {
    int columns = 0;
    for (String part : text.toString().split("\t")) {
      columns += Columns.of(part);
      columns += TAB - columns % TAB;
    }
    return columns;
  }

  /** llama-server's answer. */
  void json(List<RankedDocument> documents, String model, long tokens) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("model", model);
    root.put("object", "list");
    root.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    ArrayNode results = root.putArray("results");
    for (RankedDocument document : documents) {
      ObjectNode result = results.addObject();
      result.put("index", document.index()).put("relevance_score", document.score());
      if (!labels.isEmpty()) {
        ObjectNode scores = result.putObject("scores");
        for (int i = 0; i < labels.size(); i++) {
          scores.put(labels.get(i), document.scores()[i]);
        }
      }
    }
    Json.print(Output.standard(), root);
  }
}
