package dev.jora.kernel.x86;

/** Emits the walk over the results of some rows and a few tokens. */
final class Results {
  private Results() {}

  /** Emits the sum over the lanes of a row and token, and its store to rax. */
  interface Sum {
    void emit(int row, int token);
  }

  /**
   * Every row and token; uses rax, which is where each goes, and rbp.
   *
   * @param y of the first row and token
   * @param rowStep bytes from row to row
   * @param tokenStep bytes from token to token
   */
  static void store(Assembler a, int rows, int tokens, Gpr y, Gpr rowStep, Gpr tokenStep, Sum sum) {
    a.mov(Gpr.RBP, y);
    for (int r = 0; r < rows; r++) {
      a.mov(Gpr.RAX, Gpr.RBP);
      for (int t = 0; t < tokens; t++) {
        sum.emit(r, t);
        if (t + 1 < tokens) {
          a.add(Gpr.RAX, tokenStep);
        }
      }
      if (r + 1 < rows) {
        a.add(Gpr.RBP, rowStep);
      }
    }
  }
}
