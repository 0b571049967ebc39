package dev.jora.backend.cuda.software;

/**
 * An instruction, decoded once: what the parser sets stays. Operands are slots of a warp's register
 * files; immediate values have slots too, which all warps share. A slot that is not used is 0.
 */
final class Instruction {
  Op op;
  Unit unit;

  /** Of the operands; of the result where {@link #from} has that of the operands. */
  Type type;

  Type from;
  Compare compare;

  /** How a comparison is joined with predicate {@link #c}: AND, OR, XOR; null if it is not. */
  Op join;

  Rounding rounding = Rounding.NEAREST;

  /** Whether numbers too small for a whole significand are 0. */
  boolean flush;

  /** Whether the result is held within 0 and 1, or within its type. */
  boolean saturate;

  /** Whether a conversion's result is a whole number. */
  boolean whole;

  /** The predicate that lets lanes take part, or -1. */
  int guard = -1;

  /** Whether lanes take part where it is false. */
  boolean negated;

  int d;
  int a;
  int b;
  int c;
  int e;

  /** The second result of a comparison or shuffle, a predicate, or -1. */
  int other = -1;

  /** Whether {@link #d} (of a conversion), {@link #a}, {@link #list} are slots of 64 bits. */
  boolean wideD;

  boolean wideA;
  boolean wideList;

  /** Registers in braces. */
  int[] list = {};

  int[] listA = {};
  int[] listB = {};
  int[] listC = {};

  Space space;

  /** Bytes added to an address; table of lop3; bytes to copy. */
  long value;

  /** Bytes added to the second address. */
  long valueB;

  /** Bytes of a copy; groups that may be under way; functions' instructions to go back to. */
  int count;

  /** What a variant is called: mode of a shuffle or an atomic, shape of a matrix. */
  String mode = "";

  int target;

  /** Where it is in the CUDA source, as {@code kernels.cu:12}. */
  String place;

  /** As in the PTX. */
  String text;

  @Override
  public String toString() {
    return text;
  }
}
