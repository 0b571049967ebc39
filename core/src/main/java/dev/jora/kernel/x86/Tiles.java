package dev.jora.kernel.x86;

/**
 * The eight tiles of AMX, 16 rows of 64 bytes each, as kernels use them. {@link #HARDWARE} is the
 * processor's; tests have others, which do the same on vector registers, so that everything but the
 * tiles themselves is tested on any machine.
 *
 * <p>Between {@link #begin} and {@link #end} r15 and rbp, and all vector registers at every
 * operation, belong to the tiles.
 */
interface Tiles {
  /** Bytes of a tile; in memory its rows follow each other. */
  int BYTES = 1024;

  /** Before the first use in a call. */
  void begin(Assembler a);

  /** After the last: threads that leave tiles in use cost the system more to switch. */
  void end(Assembler a);

  void zero(Assembler a, int tile);

  void load(Assembler a, int tile, Mem from);

  void store(Assembler a, Mem to, int tile);

  /** Tile to[m, n] += Σ of x[m, 2 i + j] · y[i, 2 n + j] over i in [0, 16), j in {0, 1}. */
  void products(Assembler a, int to, int x, int y);

  /** AMX with bfloat16. */
  Tiles HARDWARE =
      new Tiles() {
        private static final Gpr STRIDE = Gpr.R15;

        @Override
        public void begin(Assembler a) {
          byte[] shapes = new byte[64];
          shapes[0] = 1; // palette
          for (int tile = 0; tile < 8; tile++) {
            shapes[16 + 2 * tile] = 64; // bytes of a row
            shapes[48 + tile] = 16; // rows
          }
          a.ldtilecfg(a.constant(shapes));
          a.mov(STRIDE, 64);
        }

        @Override
        public void end(Assembler a) {
          a.tilerelease();
        }

        @Override
        public void zero(Assembler a, int tile) {
          a.tilezero(tile);
        }

        @Override
        public void load(Assembler a, int tile, Mem from) {
          a.tileloadd(tile, Mem.at(from.base(), STRIDE, 1, from.disp()));
        }

        @Override
        public void store(Assembler a, Mem to, int tile) {
          a.tilestored(Mem.at(to.base(), STRIDE, 1, to.disp()), tile);
        }

        @Override
        public void products(Assembler a, int to, int x, int y) {
          a.tdpbf16ps(to, x, y);
        }
      };
}
