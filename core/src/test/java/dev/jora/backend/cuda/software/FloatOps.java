package dev.jora.backend.cuda.software;

/** Numbers of 32 bits with a fraction. What a card only approximates is done exactly. */
final class FloatOps {
  private static final double LN2 = Math.log(2);

  private FloatOps() {}

  static void run(Instruction in, Warp w, int m) {
    int[] a = w.r[in.a];
    int[] b = w.r[in.b];
    int[] c = w.r[in.c];
    if (in.flush) {
      a = flush(a, w.x);
      b = flush(b, w.y);
      c = flush(c, w.z);
    }
    int[] to = w.r[in.d];
    boolean after = in.flush || in.saturate;
    int[] d = m == Warp.ALL && !after ? to : w.spare;
    compute(in, a, b, c, d);
    if (in.saturate) {
      for (int i = 0; i < Warp.LANES; i++) {
        float v = Float.intBitsToFloat(d[i]);
        d[i] = Float.floatToRawIntBits(v > 0 ? Math.min(v, 1) : 0);
      }
    }
    if (in.flush) {
      flush(d, d);
    }
    if (d != to) {
      Lanes.blend(d, to, m);
    }
  }

  private static int[] flush(int[] from, int[] to) {
    for (int i = 0; i < Warp.LANES; i++) {
      to[i] = (from[i] & 0x7f800000) == 0 ? from[i] & 0x80000000 : from[i];
    }
    return to;
  }

  private static float at(int[] bits, int i) {
    return Float.intBitsToFloat(bits[i]);
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  private static void compute(Instruction in, int[] a, int[] b, int[] c, int[] d) {
    if (in.rounding != Rounding.NEAREST) {
      for (int i = 0; i < Warp.LANES; i++) {
        d[i] = bits(rounded(in, at(a, i), at(b, i), at(c, i)));
      }
      return;
    }
    switch (in.op) {
      case ADD -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = bits(at(a, i) + at(b, i));
        }
      }
      case SUB -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = bits(at(a, i) - at(b, i));
        }
      }
      case MUL -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = bits(at(a, i) * at(b, i));
        }
      }
      case FMA -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = bits(Math.fma(at(a, i), at(b, i), at(c, i)));
        }
      }
      case DIV -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = bits(at(a, i) / at(b, i));
        }
      }
      case NEG -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] ^ 0x80000000;
        }
      }
      case ABS -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] & 0x7fffffff;
        }
      }
      case COPYSIGN -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = a[i] & 0x80000000 | b[i] & 0x7fffffff;
        }
      }
      case EX2 -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = bits((float) Math.exp(at(a, i) * LN2));
        }
      }
      default -> {
        for (int i = 0; i < Warp.LANES; i++) {
          d[i] = bits((float) one(in, at(a, i), at(b, i)));
        }
      }
    }
  }

  private static double one(Instruction in, float a, float b) {
    return switch (in.op) {
      case MIN ->
          in.mode.isEmpty() && a != a ? b : in.mode.isEmpty() && b != b ? a : Math.min(a, b);
      case MAX ->
          in.mode.isEmpty() && a != a ? b : in.mode.isEmpty() && b != b ? a : Math.max(a, b);
      default -> unary(in, a);
    };
  }

  /** Functions of one number, of any size. */
  static double unary(Instruction in, double a) {
    return switch (in.op) {
      case RCP -> 1 / a;
      case SQRT -> Math.sqrt(a);
      case RSQRT -> 1 / Math.sqrt(a);
      case EX2 -> Math.exp(a * LN2);
      case LG2 -> Math.log(a) / LN2;
      case SIN -> Math.sin(a);
      case COS -> Math.cos(a);
      case TANH -> Math.tanh(a);
      default -> throw new PtxException("no numbers with fractions in " + in.text);
    };
  }

  /** The result before rounding is {@code value + rest}. */
  private static float rounded(Instruction in, float a, float b, float c) {
    double value;
    double rest = 0;
    switch (in.op) {
      case ADD, SUB -> {
        double y = in.op == Op.ADD ? b : -(double) b;
        value = a + y;
        rest = rest(a, y, value);
      }
      case MUL -> value = (double) a * b;
      case FMA -> {
        double product = (double) a * b;
        value = product + c;
        rest = rest(product, c, value);
      }
      case DIV -> {
        value = (double) a / b;
        rest = Math.fma(-value, b, a) / b;
      }
      case RCP -> {
        value = 1 / (double) a;
        rest = Math.fma(-value, a, 1) / a;
      }
      case SQRT -> {
        value = Math.sqrt(a);
        rest = value == 0 ? 0 : Math.fma(-value, value, a) / (2 * value);
      }
      default -> throw new PtxException("no such rounding in " + in.text);
    }
    return in.rounding.round(value, rest);
  }

  /** What a sum of two lost. */
  private static double rest(double x, double y, double sum) {
    double part = sum - x;
    return x - (sum - part) + (y - part);
  }
}
