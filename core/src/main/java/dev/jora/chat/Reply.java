package dev.jora.chat;

import dev.jora.engine.StopReason;
import dev.jora.engine.Timings;

/**
 * An answer.
 *
 * @param message what was said and thought
 * @param ids tokens drawn, and those by which thinking was ended
 * @param stop why it ended
 * @param stopWord the stop string, or null
 * @param timings of the tokens read anew and drawn
 * @param promptTokens tokens of the whole prompt
 * @param tokens of prompt and answer, less those cut out to make room: what the context holds
 */
public record Reply(
    Message message,
    int[] ids,
    StopReason stop,
    String stopWord,
    Timings timings,
    int promptTokens,
    int tokens) {}
