package dev.jora.backend;

/**
 * Causal attention with grouped heads: softmax(scale · q·kᵀ) · v.
 *
 * @param heads query heads; heads / kvHeads of them share a key head
 * @param keyDim size of a head of q and k
 * @param valueDim size of a head of v
 * @param softcap scores become cap · tanh(score / cap); 0 for none
 * @param window positions a query can see, itself included; 0 for all
 * @param sinks a score for each head that counts in the softmax and has no value; or null
 */
public record Attention(
    int heads,
    int kvHeads,
    int keyDim,
    int valueDim,
    float scale,
    float softcap,
    int window,
    Weight sinks) {}
