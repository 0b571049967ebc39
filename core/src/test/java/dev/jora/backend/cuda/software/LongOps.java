package dev.jora.backend.cuda.software;

/** Integers and bits of 64, and products of 32 that are as wide. */
final class LongOps {
  private LongOps() {}

  static void run(Instruction in, Warp w, int m) {
    switch (in.op) {
      case POPC, CLZ, BFIND, SHIFTAMT -> count(in, w, m);
      default -> {
        long[] to = w.q[in.d];
        long[] d = m == Warp.ALL ? to : w.spareLong;
        if (in.op == Op.WIDE || in.op == Op.MADWIDE) {
          wide(in, w, d);
        } else {
          compute(in, w, w.q[in.a], d);
        }
        if (d != to) {
          Lanes.blend(d, to, m);
        }
      }
    }
  }

  private static void count(Instruction in, Warp w, int m) {
    long[] a = w.q[in.a];
    int[] d = w.spare;
    for (int i = 0; i < Warp.LANES; i++) {
      long v = in.type == Type.S64 && a[i] < 0 ? ~a[i] : a[i];
      int zeros = Long.numberOfLeadingZeros(v);
      d[i] =
          switch (in.op) {
            case POPC -> Long.bitCount(a[i]);
            case CLZ -> Long.numberOfLeadingZeros(a[i]);
            case BFIND -> v == 0 ? -1 : 63 - zeros;
            default -> v == 0 ? -1 : zeros;
          };
    }
    Lanes.blend(d, w.r[in.d], m);
  }

  private static void wide(Instruction in, Warp w, long[] d) {
    int[] a = w.r[in.a];
    int[] b = w.r[in.b];
    boolean add = in.op == Op.MADWIDE;
    if (in.type.signed()) {
      for (int i = 0; i < Warp.LANES; i++) {
        d[i] = (long) a[i] * b[i] + (add ? w.q[in.c][i] : 0);
      }
    } else {
      for (int i = 0; i < Warp.LANES; i++) {
        d[i] = (a[i] & 0xffffffffL) * (b[i] & 0xffffffffL) + (add ? w.q[in.c][i] : 0);
      }
    }
  }

  private static void compute(Instruction in, Warp w, long[] a, long[] d) {
    switch (in.op) {
      case ADD -> {
        long[] b = w.q[in.b];
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] + b[i];
        }
      }
      case SUB -> {
        long[] b = w.q[in.b];
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] - b[i];
        }
      }
      case MUL -> {
        long[] b = w.q[in.b];
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] * b[i];
        }
      }
      case AND -> {
        long[] b = w.q[in.b];
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] & b[i];
        }
      }
      case OR -> {
        long[] b = w.q[in.b];
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] | b[i];
        }
      }
      case SHL -> {
        int[] n = w.r[in.b];
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = n[i] >>> 6 != 0 ? 0 : a[i] << n[i];
        }
      }
      case SHR -> {
        int[] n = w.r[in.b];
        for (int i = 0; i < Warp.LANES; i++) {
          int by = n[i] >>> 6 != 0 ? 63 : n[i];
          d[i] = in.type.signed() ? a[i] >> by : n[i] >>> 6 != 0 ? 0 : a[i] >>> by;
        }
      }
      case BFE -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = Bits.extract(a[i], w.r[in.b][i], w.r[in.c][i], in.type.signed(), 64);
        }
      }
      case BFI -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = Bits.insert(a[i], w.q[in.b][i], w.r[in.c][i], w.r[in.e][i], 64);
        }
      }
      default -> {
        long[] b = w.q[in.b];
        long[] c = w.q[in.c];
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = one(in, a[i], b[i], c[i]);
        }
      }
    }
  }

  private static long one(Instruction in, long a, long b, long c) {
    boolean signed = in.type.signed();
    return switch (in.op) {
      case MAD -> a * b + c;
      case MULHI -> signed ? Math.multiplyHigh(a, b) : Math.unsignedMultiplyHigh(a, b);
      case MADHI -> (signed ? Math.multiplyHigh(a, b) : Math.unsignedMultiplyHigh(a, b)) + c;
      case DIV -> b == 0 ? -1 : signed ? a / b : Long.divideUnsigned(a, b);
      case REM -> b == 0 ? a : signed ? a % b : Long.remainderUnsigned(a, b);
      case MIN -> (signed ? Long.compare(a, b) : Long.compareUnsigned(a, b)) < 0 ? a : b;
      case MAX -> (signed ? Long.compare(a, b) : Long.compareUnsigned(a, b)) > 0 ? a : b;
      case ABS -> Math.abs(a);
      case NEG -> -a;
      case NOT -> ~a;
      case CNOT -> a == 0 ? 1 : 0;
      case XOR -> a ^ b;
      case BREV -> Long.reverse(a);
      case SAD ->
          c + ((signed ? Long.compare(a, b) : Long.compareUnsigned(a, b)) > 0 ? a - b : b - a);
      default -> throw new PtxException("no integers of 64 bits in " + in.text);
    };
  }
}
