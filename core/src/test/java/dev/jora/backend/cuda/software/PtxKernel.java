package dev.jora.backend.cuda.software;

import java.util.List;

/**
 * A kernel, ready to run: its own code and that of all functions it calls, those before it, so that
 * threads that are in a function go on before those that are not.
 *
 * @param entry index of its first instruction
 * @param paramBytes bytes of its parameters
 * @param maxThreads of a block
 * @param sharedBytes of a block, without those that a launch adds; these begin behind
 * @param localBytes of a thread, for variables, spills, and parameters of calls
 * @param stackBytes those of variables and spills alone
 * @param ints slots of 32 bits, {@code longs} of 64, {@code predicates}
 * @param specials slots that hold special registers
 * @param constants slots that hold values
 * @param serial whether the order of blocks changes the result
 */
record PtxKernel(
    String name,
    Instruction[] code,
    int entry,
    int paramBytes,
    int paramAlign,
    int maxThreads,
    int sharedBytes,
    int localBytes,
    int stackBytes,
    int ints,
    int longs,
    int predicates,
    List<Special> specials,
    List<Constant> constants,
    boolean serial) {
  /** A slot of 32 bits for a special register. */
  record Special(String name, int slot) {}

  /**
   * A slot for a value, or for the address of a variable.
   *
   * @param symbol of the module that {@code value} is added to, or null
   */
  record Constant(Type type, int slot, String symbol, long value) {}
}
