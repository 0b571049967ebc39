package dev.jora.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** One kind of input: how to make a broken one, and the command lines that read it. */
interface Kind {
  /**
   * Writes the files of a case.
   *
   * @param random the only source of chance: the same gives the same case
   * @param folder where files go; empty
   * @return the command lines to run, in order
   */
  List<List<String>> make(Random random, Path folder) throws IOException;

  /**
   * The command lines that read an input, in order.
   *
   * @param input the file of a case that may be broken
   * @param folder where they may write
   */
  List<List<String>> commands(Path input, Path folder) throws IOException;

  /** True where command lines are parsed and not run. */
  default boolean parsesOnly() {
    return false;
  }
}
