package dev.jora.backend;

import dev.jora.exec.WorkPool;
import java.lang.foreign.MemorySegment;

/**
 * Sees what goes into every product of a {@link dev.jora.backend.cpu.CpuBackend}: for importance
 * matrices.
 */
@FunctionalInterface
public interface ProductObserver {
  /**
   * Rows that are about to be multiplied by a weight of the file; one call for a tensor of which
   * several parts take the same rows. Called on the thread that issues operations.
   *
   * @param weight whose name and ne0 are the tensor's; ne1 may be a part's
   * @param expert which of its matrices, of a stack of experts; else 0
   * @param x float32[n, ne0], dense, valid during the call only
   * @param pool threads that are idle during the call
   */
  void input(Weight weight, int expert, MemorySegment x, int n, WorkPool pool);
}
