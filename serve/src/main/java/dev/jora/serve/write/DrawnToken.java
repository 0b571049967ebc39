package dev.jora.serve.write;

import java.util.List;

/**
 * A token that was drawn, or one that was not.
 *
 * @param bytes what it adds to a text
 * @param logprob ln p
 * @param others the likeliest tokens at its place, the likeliest first
 */
public record DrawnToken(int id, byte[] bytes, float logprob, List<DrawnToken> others) {}
