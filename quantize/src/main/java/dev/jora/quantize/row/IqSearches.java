package dev.jora.quantize.row;

/**
 * Makes the searches of the IQ types, in plain loops or in vectors with the same results, bit for
 * bit. A search holds scratch memory, so it serves one thread. All numbers are floats and every
 * operation is rounded, in the order that is written: no operation may be exchanged for another
 * that is equal in mathematics only.
 */
interface IqSearches {
  /** For IQ4_NL and IQ4_XS. */
  Iq4Search iq4();

  /** For the sub-blocks of an IQ2 or IQ3 type. */
  GridSearch grid(GridRecipe recipe);

  /** For sub-blocks of n values of an IQ1 type. */
  SplitSearch splits(int n);

  /** For the last step of an IQ1 type. */
  NearestPoint nearest();
}
