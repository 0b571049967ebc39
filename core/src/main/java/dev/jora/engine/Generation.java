package dev.jora.engine;

/**
 * A finished generation.
 *
 * @param ids tokens drawn and forced, the one that ended the text included
 * @param text what the listener was shown
 * @param stop why it ended
 * @param stopWord the stop string, or null
 * @param complete false if it was held to a grammar that does not let it end here
 */
public record Generation(
    int[] ids, String text, StopReason stop, String stopWord, Timings timings, boolean complete) {}
