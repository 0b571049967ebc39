package dev.jora.kernel.x86;

/**
 * The forms that activations are prepared in. Weights of several types, and of several families of
 * products, may take the same one: it is prepared once for all of them.
 */
public enum Form {
  /** {@link RowForm}. */
  ROW,
  /** {@link UnitForm} in the order of {@link UnitOrder#CHUNKS}. */
  UNITS_BY_CHUNKS,
  /** {@link UnitForm} in the order of {@link UnitOrder#QUARTERS}. */
  UNITS_BY_QUARTERS,
  /** {@link UnitForm} in the order of {@link UnitOrder#BLOCKS}. */
  UNITS_BY_BLOCKS,
  /** {@link ShortForm}. */
  SHORTS,
  /** Floats as they are. */
  FLOATS,
  /** {@link ByteForm}. */
  BYTES,
  /** {@link TokenForm}. */
  TOKENS,
  /** {@link WordForm}. */
  WORDS,
  /** {@link FloatGroup}. */
  FLOAT_GROUPS,
  /** {@link TileTokens} of one part. */
  TILES,
  /** {@link TileTokens} of two parts. */
  SPLIT_TILES
}
