package dev.jora.backend;

import java.util.List;

/**
 * What a pass reads: n rows, a token each. Not to be changed, nor are its arrays.
 *
 * @param ids of the tokens
 * @param positions of the tokens in their sequences
 * @param spans the runs of rows that belong to one sequence, in order
 * @param states of each span's sequence
 * @param rows all rows, and which of them are drawn
 * @param outputs rows of which logits are wanted, ascending
 * @param wanted these rows, as rows of a product
 */
public record PassInput(
    int[] ids,
    int[] positions,
    List<Span> spans,
    List<SequenceState> states,
    Rows rows,
    int[] outputs,
    Rows wanted) {
  /** The same rows on another backend, where their sequences have other states. */
  public PassInput with(List<SequenceState> others) {
    return new PassInput(ids, positions, spans, others, rows, outputs, wanted);
  }
}
