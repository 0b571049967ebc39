package dev.jora.backend;

import java.util.List;

/**
 * What a decoder will run on a backend, as far as it tells what memory that takes.
 *
 * @param rows the most rows of a pass
 * @param context positions of a text
 * @param room what weights and buffers it is wired to
 * @param states what is kept of a text
 * @param mixtures of experts that it runs
 * @param attentions likewise
 * @param ropes likewise
 */
public record Workload(
    int rows,
    int context,
    PlannedRoom room,
    List<StateSpec> states,
    List<Experts> mixtures,
    List<Attention> attentions,
    List<Rope> ropes) {
  /** Bytes that all states have of a text as long as the context. */
  public long stateBytes() {
    return states.stream().mapToLong(state -> state.bytes(context, rows)).sum();
  }
}
