package dev.jora.cli;

import dev.jora.chat.tools.ToolCall;
import dev.jora.engine.StopReason;
import dev.jora.engine.Timings;
import java.util.List;

/**
 * What a run wrote.
 *
 * @param ids tokens drawn
 * @param text what was shown
 * @param reasoning what was thought before an answer; null for none
 * @param calls tools that were called
 * @param stop why it ended
 * @param stopWord the stop string, or null
 * @param complete false if its grammar does not let it end there
 */
record RunText(
    int[] ids,
    String text,
    String reasoning,
    List<ToolCall> calls,
    StopReason stop,
    String stopWord,
    Timings timings,
    boolean complete) {}
