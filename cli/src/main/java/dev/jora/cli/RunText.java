package dev.jora.cli;

import dev.jora.engine.StopReason;
import dev.jora.engine.Timings;

/**
 * What a run wrote.
 *
 * @param ids tokens drawn
 * @param text what was shown
 * @param reasoning what was thought before an answer; null for none
 * @param stop why it ended
 * @param stopWord the stop string, or null
 */
record RunText(
    int[] ids, String text, String reasoning, StopReason stop, String stopWord, Timings timings) {}
