package dev.jora.backend.cuda.software;

/** One or two numbers of 16 bits with a fraction in a register. */
final class HalfOps {
  private HalfOps() {}

  static void run(Instruction in, Warp w, int m) {
    boolean bf16 = in.type == Type.BF16 || in.type == Type.BF16X2;
    boolean two = in.type.bytes() == 4;
    int[] a = w.r[in.a];
    int[] b = w.r[in.b];
    int[] c = w.r[in.c];
    int[] d = w.spare;
    for (int i = 0; i < Warp.LANES; i++) {
      int low = one(in, a[i] & 0xffff, b[i] & 0xffff, c[i] & 0xffff, bf16);
      int high = two ? one(in, a[i] >>> 16, b[i] >>> 16, c[i] >>> 16, bf16) : 0;
      d[i] = low | high << 16;
    }
    Lanes.blend(d, w.r[in.d], m);
  }

  private static int one(Instruction in, int left, int right, int third, boolean bf16) {
    if (in.op == Op.NEG) {
      return left ^ 0x8000;
    }
    if (in.op == Op.ABS) {
      return left & 0x7fff;
    }
    double a = Half.decode(left, bf16);
    double b = Half.decode(right, bf16);
    boolean quiet = in.mode.isEmpty();
    double value =
        switch (in.op) {
          case ADD -> a + b;
          case SUB -> a - b;
          case MUL -> a * b;
          case FMA -> a * b + Half.decode(third, bf16);
          case MIN -> quiet && a != a ? b : quiet && b != b ? a : Math.min(a, b);
          case MAX -> quiet && a != a ? b : quiet && b != b ? a : Math.max(a, b);
          default -> FloatOps.unary(in, a);
        };
    if (in.mode.equals("relu")) {
      value = Math.max(value, 0);
    }
    if (in.saturate) {
      value = value > 0 ? Math.min(value, 1) : 0;
    }
    return Half.encode(value, bf16);
  }
}
