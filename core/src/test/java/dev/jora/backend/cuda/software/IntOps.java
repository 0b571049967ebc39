package dev.jora.backend.cuda.software;

/** Integers and bits of 32, and of 16 by them. */
final class IntOps {
  private IntOps() {}

  static void run(Instruction in, Warp w, int m) {
    int[] to = w.r[in.d];
    int[] d = m == Warp.ALL ? to : w.spare;
    compute(in, w.r[in.a], w.r[in.b], w.r[in.c], in.op == Op.BFI ? w.r[in.e] : null, d);
    if (d != to) {
      Lanes.blend(d, to, m);
    }
  }

  /** Operands of 16 bits are widened as their type says; what is above 16 of a result is unused. */
  static void runShort(Instruction in, Warp w, int m) {
    boolean signed = in.type == Type.S16;
    boolean counts = in.op == Op.SHL || in.op == Op.SHR;
    int[] a = widen(w.r[in.a], w.x, signed);
    int[] b = counts ? w.r[in.b] : widen(w.r[in.b], w.y, signed);
    int[] c = in.op == Op.MADWIDE ? w.r[in.c] : widen(w.r[in.c], w.z, signed);
    int[] d = w.spare;
    compute(in, a, b, c, null, d);
    Lanes.blend(d, w.r[in.d], m);
  }

  private static int[] widen(int[] from, int[] to, boolean signed) {
    for (int i = 0; i < Warp.LANES; i++) {
      to[i] = signed ? (short) from[i] : from[i] & 0xffff;
    }
    return to;
  }

  private static void compute(Instruction in, int[] a, int[] b, int[] c, int[] e, int[] d) {
    switch (in.op) {
      case ADD -> {
        if (in.saturate) {
          for (int i = 0; i < Warp.LANES; i++) {
            d[i] = clamp((long) a[i] + b[i]);
          }
        } else {
          for (int i = 0; i < Warp.LANES; i++) {
            d[i] = a[i] + b[i];
          }
        }
      }
      case SUB -> {
        if (in.saturate) {
          for (int i = 0; i < Warp.LANES; i++) {
            d[i] = clamp((long) a[i] - b[i]);
          }
        } else {
          for (int i = 0; i < Warp.LANES; i++) {
            d[i] = a[i] - b[i];
          }
        }
      }
      case MUL, WIDE -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] * b[i];
        }
      }
      case MAD, MADWIDE -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] * b[i] + c[i];
        }
      }
      case AND -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] & b[i];
        }
      }
      case OR -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] | b[i];
        }
      }
      case XOR -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] ^ b[i];
        }
      }
      case NOT -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = ~a[i];
        }
      }
      case NEG -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = -a[i];
        }
      }
      case SHL -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = b[i] >>> 5 != 0 ? 0 : a[i] << b[i];
        }
      }
      case SHR -> {
        if (in.type.signed()) {
          for (int i = 0; i < Warp.LANES; i++) {
            d[i] = a[i] >> (b[i] >>> 5 != 0 ? 31 : b[i]);
          }
        } else {
          for (int i = 0; i < Warp.LANES; i++) {
            d[i] = b[i] >>> 5 != 0 ? 0 : a[i] >>> b[i];
          }
        }
      }
      case DP4A -> dot(in, a, b, c, d);
      default -> each(in, a, b, c, e, d);
    }
  }

  private static int clamp(long value) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }

  private static void dot(Instruction in, int[] a, int[] b, int[] c, int[] d) {
    if (in.from == Type.S32 && in.type == Type.S32) {
      for (int i = 0; i < Warp.LANES; i++) {
        int u = a[i];
        int v = b[i];
        d[i] =
            c[i]
                + (byte) u * (byte) v
                + (byte) (u >> 8) * (byte) (v >> 8)
                + (byte) (u >> 16) * (byte) (v >> 16)
                + (u >> 24) * (v >> 24);
      }
      return;
    }
    for (int i = 0; i < Warp.LANES; i++) {
      int sum = c[i];
      for (int s = 0; s < 32; s += 8) {
        int u = in.from == Type.S32 ? (byte) (a[i] >> s) : a[i] >> s & 255;
        int v = in.type == Type.S32 ? (byte) (b[i] >> s) : b[i] >> s & 255;
        sum += u * v;
      }
      d[i] = sum;
    }
  }

  private static void each(Instruction in, int[] a, int[] b, int[] c, int[] e, int[] d) {
    for (int i = 0; i < Warp.LANES; i++) {
      d[i] = one(in, a[i], b[i], c[i], e == null ? 0 : e[i]);
    }
  }

  private static int one(Instruction in, int a, int b, int c, int e) {
    boolean signed = in.type.signed();
    boolean half = in.type.bytes() == 2;
    return switch (in.op) {
      case MULHI -> half ? a * b >> 16 : high(a, b, signed);
      case MADHI -> (half ? a * b >> 16 : high(a, b, signed)) + c;
      case DIV -> b == 0 ? -1 : signed ? a / b : Integer.divideUnsigned(a, b);
      case REM -> b == 0 ? a : signed ? a % b : Integer.remainderUnsigned(a, b);
      case MIN ->
          signed || Integer.compareUnsigned(a, b) == Integer.compare(a, b)
              ? Math.min(a, b)
              : Math.max(a, b);
      case MAX ->
          signed || Integer.compareUnsigned(a, b) == Integer.compare(a, b)
              ? Math.max(a, b)
              : Math.min(a, b);
      case ABS -> Math.abs(a);
      case CNOT -> a == 0 ? 1 : 0;
      case LOP3 -> Bits.lop3(a, b, c, (int) in.value);
      case BFE -> (int) Bits.extract(signed ? a : a & 0xffffffffL, b, c, signed, 32);
      case BFI -> (int) Bits.insert(a & 0xffffffffL, b, c, e, 32);
      case BFIND, SHIFTAMT -> Bits.find(signed && a < 0 ? ~a : a, in.op == Op.SHIFTAMT);
      case PRMT -> Bits.permute(a, b, c, in.mode);
      case POPC -> Integer.bitCount(a);
      case CLZ -> Integer.numberOfLeadingZeros(a);
      case BREV -> Integer.reverse(a);
      case FUNNEL_LEFT -> Bits.funnel(a, b, c, true, in.mode.equals("clamp"));
      case FUNNEL_RIGHT -> Bits.funnel(a, b, c, false, in.mode.equals("clamp"));
      case DP2A -> pair(in, a, b, c);
      case SAD ->
          c
              + (signed || Integer.compareUnsigned(a, b) == Integer.compare(a, b)
                  ? Math.max(a, b) - Math.min(a, b)
                  : Math.min(a, b) - Math.max(a, b));
      default -> throw new PtxException("no integers in " + in.text);
    };
  }

  /** Two halves of a with two bytes of b. */
  private static int pair(Instruction in, int a, int b, int c) {
    int sum = c;
    for (int i = 0; i < 2; i++) {
      int half = in.from == Type.S32 ? (short) (a >> 16 * i) : a >> 16 * i & 0xffff;
      int shift = 8 * i + (in.mode.isEmpty() ? 0 : 16);
      sum += half * (in.type == Type.S32 ? (byte) (b >> shift) : b >> shift & 255);
    }
    return sum;
  }

  private static int high(int a, int b, boolean signed) {
    return signed
        ? (int) ((long) a * b >> 32)
        : (int) ((a & 0xffffffffL) * (b & 0xffffffffL) >>> 32);
  }
}
