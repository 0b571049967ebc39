package dev.jora.chat;

import dev.jora.engine.StopReason;
import dev.jora.engine.Timings;

/**
 * An answer.
 *
 * @param message what was said and thought
 * @param stop why it ended
 * @param timings of the tokens read anew and drawn
 * @param promptTokens tokens of the whole prompt
 * @param cachedTokens those of them that had been read before
 * @param tokens tokens in the context now
 */
public record Reply(
    Message message,
    StopReason stop,
    Timings timings,
    int promptTokens,
    int cachedTokens,
    int tokens) {}
