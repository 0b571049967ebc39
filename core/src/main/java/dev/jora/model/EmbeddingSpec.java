package dev.jora.model;

import dev.jora.kernel.Activation;
import java.util.List;

/**
 * What becomes of hidden states where a text is to be one vector, or to be scored.
 *
 * @param pooling the file's; null where it does not say
 * @param ranked which vector is scored
 * @param activation of the classifier; null for tanh
 * @param softmax scores are probabilities of labels
 * @param labels names of what is scored; empty where the file does not say
 */
public record EmbeddingSpec(
    Pooling pooling, Pooling ranked, Activation activation, boolean softmax, List<String> labels) {}
