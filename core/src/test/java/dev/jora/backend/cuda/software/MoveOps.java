package dev.jora.backend.cuda.software;

/** Moves between registers, packing, and choice. */
final class MoveOps {
  private MoveOps() {}

  static void run(Instruction in, Warp w, int m) {
    switch (in.op) {
      case MOV -> {
        if (in.type == Type.PRED) {
          w.p[in.d] = w.p[in.d] & ~m | w.p[in.a] & m;
        } else if (in.type.wide()) {
          Lanes.blend(w.q[in.a], w.q[in.d], m);
        } else {
          Lanes.blend(w.r[in.a], w.r[in.d], m);
        }
      }
      case SELP -> {
        int choice = w.p[in.c];
        if (in.type.wide()) {
          select(w.q[in.a], w.q[in.b], choice, w.q[in.d], m);
        } else {
          select(w.r[in.a], w.r[in.b], choice, w.r[in.d], m);
        }
      }
      case PACK -> pack(in, w, m);
      default -> unpack(in, w, m);
    }
  }

  private static void select(int[] a, int[] b, int choice, int[] d, int m) {
    for (int i = 0; i < Warp.LANES; i++) {
      if ((m >>> i & 1) != 0) {
        d[i] = (choice >>> i & 1) != 0 ? a[i] : b[i];
      }
    }
  }

  private static void select(long[] a, long[] b, int choice, long[] d, int m) {
    for (int i = 0; i < Warp.LANES; i++) {
      if ((m >>> i & 1) != 0) {
        d[i] = (choice >>> i & 1) != 0 ? a[i] : b[i];
      }
    }
  }

  private static void pack(Instruction in, Warp w, int m) {
    int n = in.list.length;
    int bits = 8 * in.type.bytes() / n;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      if ((m >>> lane & 1) != 0) {
        long value = 0;
        for (int j = 0; j < n; j++) {
          value |= (w.r[in.list[j]][lane] & (1L << bits) - 1) << j * bits;
        }
        if (in.type.wide()) {
          w.q[in.d][lane] = value;
        } else {
          w.r[in.d][lane] = (int) value;
        }
      }
    }
  }

  private static void unpack(Instruction in, Warp w, int m) {
    int n = in.list.length;
    int bits = 8 * in.type.bytes() / n;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      if ((m >>> lane & 1) != 0) {
        long value = in.type.wide() ? w.q[in.a][lane] : w.r[in.a][lane];
        for (int j = 0; j < n; j++) {
          w.r[in.list[j]][lane] = (int) (value >>> j * bits & (1L << bits) - 1);
        }
      }
    }
  }
}
