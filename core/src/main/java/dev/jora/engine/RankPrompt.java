package dev.jora.engine;

import static java.util.regex.Matcher.quoteReplacement;

import dev.jora.gguf.GgufMetadata;
import dev.jora.tokenizer.Tokenizer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A question and a document as the one text that a reranker reads, as llama.cpp puts it together.
 */
public final class RankPrompt {
  private static final String TEMPLATE = "tokenizer.chat_template.rerank";

  private static final Pattern PLACE = Pattern.compile("\\{query\\}|\\{document\\}");

  private final Tokenizer tokenizer;
  private final String template;

  /** For a model's tokenizer and the template of its file, if it has one. */
  public RankPrompt(Tokenizer tokenizer, GgufMetadata metadata) {
    this.tokenizer = tokenizer;
    this.template = metadata.contains(TEMPLATE) ? metadata.string(TEMPLATE) : null;
  }

  /** Token ids of the pair. */
  public int[] ids(String query, String document) {
    if (template != null) {
      String text =
          PLACE
              .matcher(template)
              .replaceAll(m -> quoteReplacement(m.group().equals("{query}") ? query : document));
      return tokenizer.encode(text, false, true);
    }
    int end = tokenizer.vocab().eos() < 0 ? tokenizer.vocab().separator() : tokenizer.vocab().eos();
    IntStream.Builder ids = IntStream.builder();
    add(ids, tokenizer.addsBos(), tokenizer.vocab().bos());
    IntStream.of(tokenizer.encode(query, false, false)).forEach(ids);
    add(ids, tokenizer.addsEos(), end);
    add(ids, tokenizer.addsSeparator(), tokenizer.vocab().separator());
    IntStream.of(tokenizer.encode(document, false, false)).forEach(ids);
    add(ids, tokenizer.addsEos(), end);
    return ids.build().toArray();
  }

  private static void add(IntStream.Builder ids, boolean wanted, int id) {
    if (wanted && id >= 0) {
      ids.add(id);
    }
  }
}
