package dev.jora.backend.cuda.software;

/** Numbers of 64 bits with a fraction. */
final class DoubleOps {
  private DoubleOps() {}

  static void run(Instruction in, Warp w, int m) {
    long[] a = w.q[in.a];
    long[] b = w.q[in.b];
    long[] c = w.q[in.c];
    long[] d = w.spareLong;
    if (in.rounding != Rounding.NEAREST) {
      throw new PtxException("no such rounding in " + in.text);
    }
    for (int i = 0; i < Warp.LANES; i++) {
      d[i] = one(in, a[i], b[i], c[i]);
    }
    Lanes.blend(d, w.q[in.d], m);
  }

  private static long one(Instruction in, long left, long right, long third) {
    double a = Double.longBitsToDouble(left);
    double b = Double.longBitsToDouble(right);
    double value =
        switch (in.op) {
          case ADD -> a + b;
          case SUB -> a - b;
          case MUL -> a * b;
          case FMA -> Math.fma(a, b, Double.longBitsToDouble(third));
          case DIV -> a / b;
          case MIN -> a != a ? b : b != b ? a : Math.min(a, b);
          case MAX -> a != a ? b : b != b ? a : Math.max(a, b);
          case ABS -> Math.abs(a);
          case NEG -> -a;
          case COPYSIGN -> Math.copySign(b, a);
          default -> FloatOps.unary(in, a);
        };
    return Double.doubleToRawLongBits(value);
  }
}
