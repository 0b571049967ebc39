package dev.jora.quantize.evaluate;

/**
 * A token of a text that a model is asked about.
 *
 * @param chunk its chunk
 * @param place in the chunk; the logits are those of the place before
 * @param position in the text
 * @param id the token
 */
public record ScoredToken(int chunk, int place, int position, int id) {}
