package dev.jora.backend.cuda.software;

import java.util.List;
import java.util.Map;

/**
 * A file of PTX.
 *
 * @param version of PTX, times ten: 80 for 8.0
 * @param target compute capability that it is for at least: 80 for sm_80
 * @param variables in global and constant memory
 */
record PtxModule(
    int version, int target, Map<String, PtxKernel> kernels, List<Variable> variables) {
  /** A variable and its bytes. */
  record Variable(String name, int align, byte[] bytes) {}
}
