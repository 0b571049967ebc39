package dev.jora.kernel.x86;

/**
 * The order of the 256 values of a unit in four registers of bytes. In the last two all values that
 * meet in a lane have the same scale, so that a lane is one sum of 16 products. A chunk is 64
 * values, a quarter of a register 16 bytes.
 */
enum UnitOrder {
  /**
   * A register has a chunk, as it is. A lane is four sums: for types whose reading takes most of
   * the time, which are slowed down by rearrangement more than by sums.
   */
  CHUNKS {
    @Override
    int block(int lane) {
      return BlockCode.scaleOf(32, lane);
    }

    @Override
    void arrange(Assembler a, Zmm[] v, Zmm[] t) {}
  },

  /** Lane 4 q + c of register i has values 4 i to 4 i + 3 of quarter q of chunk c. */
  QUARTERS {
    @Override
    int block(int lane) {
      return BlockCode.scaleOf(32, lane);
    }

    @Override
    void arrange(Assembler a, Zmm[] v, Zmm[] t) {
      for (int i = 0; i < 4; i += 2) {
        a.vpunpckldq(t[i], v[i], v[i + 1]);
        a.vpunpckhdq(t[i + 1], v[i], v[i + 1]);
      }
      for (int i = 0; i < 2; i++) {
        a.vpunpcklqdq(v[2 * i], t[i], t[i + 2]);
        a.vpunpckhqdq(v[2 * i + 1], t[i], t[i + 2]);
      }
    }
  },

  /** Lanes 2 b and 2 b + 1 of register i have values 8 i to 8 i + 7 of block b of 32. */
  BLOCKS {
    @Override
    int block(int lane) {
      return lane / 2;
    }

    @Override
    void arrange(Assembler a, Zmm[] v, Zmm[] t) {
      for (int i = 0; i < 4; i += 2) {
        a.vshufi32x4(t[i], v[i], v[i + 1], 0x44); // even blocks of two chunks
        a.vshufi32x4(t[i + 1], v[i], v[i + 1], 0xEE);
      }
      for (int i = 0; i < 4; i += 2) {
        a.vpunpcklqdq(v[i], t[i], t[i + 1]);
        a.vpunpckhqdq(v[i + 1], t[i], t[i + 1]);
      }
      for (int i = 0; i < 2; i++) {
        a.vshufi32x4(t[i], v[i], v[i + 2], 0x88);
        a.vshufi32x4(t[i + 2], v[i], v[i + 2], 0xDD);
      }
      for (int i = 0; i < 4; i++) {
        a.vmovups(v[i], t[i]);
      }
    }
  };

  /** The block of 32 values that has values in a lane. */
  abstract int block(int lane);

  /**
   * Emits the rearrangement of registers v, which hold values in their natural order.
   *
   * @param t four registers for intermediate values
   */
  abstract void arrange(Assembler a, Zmm[] v, Zmm[] t);
}
