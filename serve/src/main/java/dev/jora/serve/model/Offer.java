package dev.jora.serve.model;

import dev.jora.model.Pooling;
import dev.jora.sampling.SamplingParams;
import java.util.List;
import java.util.Map;

/**
 * What a server's owner says of a model.
 *
 * @param names by which clients ask for it, the first of which answers carry
 * @param sampling where a request says nothing
 * @param maxTokens the most tokens of an answer where a request says nothing; −1: no limit but the
 *     context
 * @param stops of every text
 * @param template what the chat template is asked for by; null: the model's
 * @param variables of the template
 * @param thinkingBudget the most tokens to think; −1 for no limit
 * @param embeddings true if texts may be made vectors
 * @param pooling how tokens become one vector; null: the model's
 * @param reranking true if documents may be scored
 */
public record Offer(
    List<String> names,
    SamplingParams sampling,
    int maxTokens,
    List<String> stops,
    String template,
    Map<String, Object> variables,
    int thinkingBudget,
    boolean embeddings,
    Pooling pooling,
    boolean reranking) {
  /** Copies the lists. */
  public Offer {
    names = List.copyOf(names);
    stops = List.copyOf(stops);
    variables = Map.copyOf(variables);
  }
}
