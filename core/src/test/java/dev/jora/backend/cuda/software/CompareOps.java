package dev.jora.backend.cuda.software;

/** Comparisons, and predicates. */
final class CompareOps {
  private CompareOps() {}

  static void predicate(Instruction in, Warp w, int m) {
    int a = w.p[in.a];
    int b = w.p[in.b];
    int value =
        switch (in.op) {
          case AND -> a & b;
          case OR -> a | b;
          case XOR -> a ^ b;
          case NOT -> ~a;
          default -> throw new PtxException("no predicates in " + in.text);
        };
    w.p[in.d] = w.p[in.d] & ~m | value & m;
  }

  static void run(Instruction in, Warp w, int m) {
    if (in.from == Type.F16X2 || in.from == Type.BF16X2) {
      pairs(in, w, m);
      return;
    }
    int hold = compare(in, w);
    if (in.op == Op.SET) {
      set(in, w, m, join(in, w, hold));
      return;
    }
    int value = join(in, w, hold);
    int opposite = in.other >= 0 ? join(in, w, ~hold) : 0;
    w.p[in.d] = w.p[in.d] & ~m | value & m;
    if (in.other >= 0) {
      w.p[in.other] = w.p[in.other] & ~m | opposite & m;
    }
  }

  private static int join(Instruction in, Warp w, int value) {
    if (in.join == null) {
      return value;
    }
    int c = w.p[in.c];
    return switch (in.join) {
      case AND -> value & c;
      case OR -> value | c;
      default -> value ^ c;
    };
  }

  private static int compare(Instruction in, Warp w) {
    return switch (in.from) {
      case B32, S32, U32 -> ints(in, w.r[in.a], w.r[in.b]);
      case B64, S64, U64 -> longs(in, w.q[in.a], w.q[in.b]);
      case F32 -> floats(in, w.r[in.a], w.r[in.b]);
      case F64 -> doubles(in, w.q[in.a], w.q[in.b]);
      case F16, BF16 -> halves(in, w, in.from == Type.BF16);
      default -> shorts(in, w);
    };
  }

  /** From where the first is less, where both are equal, and where one is no number. */
  private static int of(Compare compare, int less, int equal, int none) {
    return switch (compare) {
      case EQ -> equal;
      case NE -> ~equal & ~none;
      case LT, LO -> less;
      case LE, LS -> less | equal;
      case GT, HI -> ~(less | equal | none);
      case GE, HS -> ~(less | none);
      case EQU -> equal | none;
      case NEU -> ~equal;
      case LTU -> less | none;
      case LEU -> less | equal | none;
      case GTU -> ~(less | equal);
      case GEU -> ~less;
      case NUM -> ~none;
      case NAN -> none;
    };
  }

  private static int ints(Instruction in, int[] a, int[] b) {
    int flip = in.from.signed() || in.from == Type.B32 ? 0 : Integer.MIN_VALUE;
    int less = 0;
    int equal = 0;
    for (int i = 0; i < Warp.LANES; i++) {
      less |= ((a[i] ^ flip) < (b[i] ^ flip) ? 1 : 0) << i;
      equal |= (a[i] == b[i] ? 1 : 0) << i;
    }
    return of(in.compare, less, equal, 0);
  }

  private static int shorts(Instruction in, Warp w) {
    boolean signed = in.from.signed();
    for (int i = 0; i < Warp.LANES; i++) {
      w.x[i] = signed ? (short) w.r[in.a][i] : w.r[in.a][i] & 0xffff;
      w.y[i] = signed ? (short) w.r[in.b][i] : w.r[in.b][i] & 0xffff;
    }
    return ints(in, w.x, w.y);
  }

  private static int longs(Instruction in, long[] a, long[] b) {
    long flip = in.from.signed() || in.from == Type.B64 ? 0 : Long.MIN_VALUE;
    int less = 0;
    int equal = 0;
    for (int i = 0; i < Warp.LANES; i++) {
      less |= ((a[i] ^ flip) < (b[i] ^ flip) ? 1 : 0) << i;
      equal |= (a[i] == b[i] ? 1 : 0) << i;
    }
    return of(in.compare, less, equal, 0);
  }

  private static int floats(Instruction in, int[] a, int[] b) {
    int less = 0;
    int equal = 0;
    int none = 0;
    for (int i = 0; i < Warp.LANES; i++) {
      float u = Float.intBitsToFloat(a[i]);
      float v = Float.intBitsToFloat(b[i]);
      less |= (u < v ? 1 : 0) << i;
      equal |= (u == v ? 1 : 0) << i;
      none |= (u != u || v != v ? 1 : 0) << i;
    }
    return of(in.compare, less, equal, none);
  }

  private static int doubles(Instruction in, long[] a, long[] b) {
    int hold = 0;
    for (int i = 0; i < Warp.LANES; i++) {
      boolean one = in.compare.holds(Double.longBitsToDouble(a[i]), Double.longBitsToDouble(b[i]));
      hold |= (one ? 1 : 0) << i;
    }
    return hold;
  }

  private static int halves(Instruction in, Warp w, boolean bf16) {
    int hold = 0;
    for (int i = 0; i < Warp.LANES; i++) {
      boolean one =
          in.compare.holds(
              Half.decode(w.r[in.a][i] & 0xffff, bf16), Half.decode(w.r[in.b][i] & 0xffff, bf16));
      hold |= (one ? 1 : 0) << i;
    }
    return hold;
  }

  /** 1 or all bits where it holds, as the type of the result has it. */
  private static void set(Instruction in, Warp w, int m, int hold) {
    int yes =
        switch (in.type) {
          case F32 -> Float.floatToRawIntBits(1);
          case F16 -> Half.encode(1, false);
          case BF16 -> Half.encode(1, true);
          default -> -1;
        };
    for (int i = 0; i < Warp.LANES; i++) {
      w.spare[i] = (hold >>> i & 1) != 0 ? yes : 0;
    }
    Lanes.blend(w.spare, w.r[in.d], m);
  }

  private static void pairs(Instruction in, Warp w, int m) {
    boolean bf16 = in.from == Type.BF16X2;
    int yes = in.type.half() ? Half.encode(1, bf16) : 0xffff;
    int low = 0;
    int high = 0;
    for (int i = 0; i < Warp.LANES; i++) {
      int a = w.r[in.a][i];
      int b = w.r[in.b][i];
      boolean first =
          in.compare.holds(Half.decode(a & 0xffff, bf16), Half.decode(b & 0xffff, bf16));
      boolean second = in.compare.holds(Half.decode(a >>> 16, bf16), Half.decode(b >>> 16, bf16));
      low |= (first ? 1 : 0) << i;
      high |= (second ? 1 : 0) << i;
      w.spare[i] = (first ? yes : 0) | (second ? yes << 16 : 0);
    }
    if (in.op == Op.SET) {
      Lanes.blend(w.spare, w.r[in.d], m);
      return;
    }
    w.p[in.d] = w.p[in.d] & ~m | join(in, w, low) & m;
    if (in.other >= 0) {
      w.p[in.other] = w.p[in.other] & ~m | join(in, w, high) & m;
    }
  }
}
