package dev.jora.kernel.x86;

/** Emits what several kernels do with the lanes of a register. */
final class Lanes {
  private Lanes() {}

  /** An instruction of two sources. */
  interface Binary {
    void emit(Zmm to, Zmm a, Operand b);
  }

  /** All lanes by one operation, in all lanes: halves, quarters, then within quarters. */
  static void reduce(Assembler a, Zmm v, Zmm t, Binary operation) {
    a.vshufi32x4(t, v, v, 0x4E);
    operation.emit(v, v, t);
    a.vshufi32x4(t, v, v, 0xB1);
    operation.emit(v, v, t);
    a.vpermilps(t, v, 0x4E);
    operation.emit(v, v, t);
    a.vpermilps(t, v, 0xB1);
    operation.emit(v, v, t);
  }

  /** The sum of all lanes, in all lanes. */
  static void sum(Assembler a, Zmm v, Zmm t) {
    reduce(a, v, t, a::vaddps);
  }

  /** The sum of all lanes, in the lowest one. */
  static void sum(Assembler a, Ymm v, Ymm t) {
    a.vextracti128(t, v, 1);
    a.vaddps(v, v, t);
    a.vpermilps(t, v, 0x4E);
    a.vaddps(v, v, t);
    a.vpermilps(t, v, 0xB1);
    a.vaddps(v, v, t);
  }

  /** The largest of all lanes, in all lanes. */
  static void max(Assembler a, Zmm v, Zmm t) {
    reduce(a, v, t, a::vmaxps);
  }

  /** A float in memory that stands for all lanes. */
  static Mem all(Assembler a, double value) {
    return a.constant(Float.floatToRawIntBits((float) value)).all();
  }

  /**
   * x = e^x to 1e-7 of its value, by Cephes' polynomial; 0 below −104, and for −∞; NaN stays NaN.
   *
   * @param n p two registers for intermediate values
   */
  static void exp(Assembler a, Zmm x, Zmm n, Zmm p) {
    a.vbroadcastss(n, a.constant(Float.floatToRawIntBits(-120)));
    a.vmaxps(x, n, x); // of a NaN and a number vmaxps takes the second
    a.vmulps(n, x, all(a, 1.44269504));
    a.vrndscaleps(n, n);
    a.vfnmadd231ps(x, n, all(a, 0.693359375));
    a.vfmadd231ps(x, n, all(a, 2.12194440e-4));
    a.vbroadcastss(p, a.constant(Float.floatToRawIntBits(1.9875691500e-4f)));
    a.vfmadd213ps(p, x, all(a, 1.3981999507e-3));
    a.vfmadd213ps(p, x, all(a, 8.3334519073e-3));
    a.vfmadd213ps(p, x, all(a, 4.1665795894e-2));
    a.vfmadd213ps(p, x, all(a, 1.6666665459e-1));
    a.vfmadd213ps(p, x, all(a, 5.0000001201e-1));
    // p = (p x) x + x + 1
    a.vmulps(p, p, x);
    a.vfmadd213ps(p, x, x);
    a.vaddps(p, p, all(a, 1));
    a.vscalefps(x, p, n);
  }
}
