package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Operations on rows of floats, in multiples of 16 (of 32 for rotations): what the Vector API does
 * as fast once it is compiled, but not in the first seconds of a process. Arguments are addresses
 * that the caller has checked.
 */
public final class VnniRows {
  private final Code rmsNorm = rmsNormCode(true);
  private final Code plainRmsNorm = rmsNormCode(false);
  private final Code layerNorm = layerNormCode();
  private final Map<Curve, Code> curves = new EnumMap<>(Curve.class);
  private final Map<Curve, Code> gates = new EnumMap<>(Curve.class);
  private final Code softcap = softcapCode();
  private final Code add = addCode();
  private final Code scale = scaleCode();
  private final Code ropeNeox = ropeNeoxCode();
  private final Code ropeNormal = ropeNormalCode();

  /** The non-linearities of feed-forward blocks. */
  public enum Curve {
    /** x σ(x). */
    SILU,
    /** In its tanh form, which is x σ(2 √(2/π) (x + 0.044715 x³)). */
    GELU,
    /** σ(x). */
    SIGMOID,
    /** x σ(1.702 x). */
    QUICK_GELU,
    /** max(0, x)². */
    RELU_SQUARED
  }

  /** Assembles all of them. */
  public VnniRows() {
    for (Curve curve : Curve.values()) {
      curves.put(curve, curveCode(curve, false));
      gates.put(curve, curveCode(curve, true));
    }
  }

  /** out = x / √(mean(x²) + eps) · weight; weight 0 is none. */
  public void rmsNorm(long x, int n, long weight, float eps, long out) {
    Code code = weight == 0 ? plainRmsNorm : rmsNorm;
    code.call(x, n / 16, weight, bits(1f / n), bits(eps), out);
  }

  /** out = (x − mean(x)) / √(var(x) + eps) · weight + bias; weight 0 and bias 0 are none. */
  public void layerNorm(long x, int n, long weight, long bias, float eps, long out) {
    // Two floats in one argument.
    long parameters = bits(eps) & 0xFFFFFFFFL | bits(1f / n) << 32;
    layerNorm.call(x, n / 16, weight, bias, parameters, out);
  }

  /** x = f(x). */
  public void activate(Curve f, long x, int n) {
    curves.get(f).call(x, 0, n / 16, 0, 0, 0);
  }

  /** gate = f(gate) · up. */
  public void glu(Curve f, long gate, long up, int n) {
    gates.get(f).call(gate, up, n / 16, 0, 0, 0);
  }

  /** x = cap · tanh(x / cap). */
  public void softcap(long x, int n, float cap) {
    softcap.call(x, n / 16, bits(cap), 0, 0, 0);
  }

  /** out += scale · x. */
  public void addScaled(long x, int n, float scale, long out) {
    add.call(x, out, n / 16, bits(scale), 0, 0);
  }

  /** x *= scale. */
  public void scale(long x, int n, float scale) {
    this.scale.call(x, n / 16, bits(scale), 0, 0, 0);
  }

  /** Turns pairs (x[i], x[i + pairs]), or neighbours; cos of every pair, then sin. */
  public void rope(long x, int pairs, boolean neox, long cosSin) {
    (neox ? ropeNeox : ropeNormal)
        .call(x, x + 4L * pairs, cosSin, cosSin + 4L * pairs, pairs / 16, 0);
  }

  private static long bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  /** A loop over {@code left} vectors; {@code body} moves its pointers on. */
  private static void loop(Assembler a, Gpr left, Consumer<Assembler> body) {
    Label next = a.here();
    body.accept(a);
    a.sub(left, 1);
    a.jnz(next);
  }

  private static Code end(Assembler a) {
    a.vzeroupper();
    a.ret();
    return new Code(a);
  }

  private static Code rmsNormCode(boolean weighted) {
    Assembler a = new Assembler();
    Zmm sum = zmm(0);
    Zmm v = zmm(1);
    a.mov(Gpr.RAX, Gpr.RSI);
    a.mov(Gpr.R10, Gpr.RDI);
    a.vpxord(sum, sum, sum);
    loop(
        a,
        Gpr.RAX,
        b -> {
          b.vmovups(v, Mem.at(Gpr.R10, 0));
          b.vfmadd231ps(sum, v, v);
          b.add(Gpr.R10, 64);
        });
    Lanes.sum(a, sum, v);
    a.vpbroadcastd(v, Gpr.RCX);
    a.vmulps(sum, sum, v);
    a.vpbroadcastd(v, Gpr.R8);
    a.vaddps(sum, sum, v);
    a.vsqrtps(sum, sum);
    a.vbroadcastss(v, a.constant(Float.floatToRawIntBits(1)));
    a.vdivps(sum, v, sum);
    loop(
        a,
        Gpr.RSI,
        b -> {
          b.vmulps(v, sum, Mem.at(Gpr.RDI, 0));
          if (weighted) {
            b.vmulps(v, v, Mem.at(Gpr.RDX, 0));
            b.add(Gpr.RDX, 64);
          }
          b.vmovups(Mem.at(Gpr.R9, 0), v);
          b.add(Gpr.RDI, 64);
          b.add(Gpr.R9, 64);
        });
    return end(a);
  }

  private static Code layerNormCode() {
    Assembler a = new Assembler();
    Zmm mean = zmm(0);
    Zmm factor = zmm(1);
    Zmm v = zmm(2);
    Zmm share = zmm(3);
    Zmm eps = zmm(4);
    a.vpbroadcastd(eps, Gpr.R8);
    a.shr(Gpr.R8, 32);
    a.vpbroadcastd(share, Gpr.R8);
    a.mov(Gpr.RAX, Gpr.RSI);
    a.mov(Gpr.R10, Gpr.RDI);
    a.vpxord(mean, mean, mean);
    loop(
        a,
        Gpr.RAX,
        b -> {
          b.vaddps(mean, mean, Mem.at(Gpr.R10, 0));
          b.add(Gpr.R10, 64);
        });
    Lanes.sum(a, mean, v);
    a.vmulps(mean, mean, share);
    a.mov(Gpr.RAX, Gpr.RSI);
    a.mov(Gpr.R10, Gpr.RDI);
    a.vpxord(factor, factor, factor);
    loop(
        a,
        Gpr.RAX,
        b -> {
          b.vmovups(v, Mem.at(Gpr.R10, 0));
          b.vsubps(v, v, mean);
          b.vfmadd231ps(factor, v, v);
          b.add(Gpr.R10, 64);
        });
    Lanes.sum(a, factor, v);
    a.vfmadd213ps(factor, share, eps);
    a.vsqrtps(factor, factor);
    a.vbroadcastss(v, a.constant(Float.floatToRawIntBits(1)));
    a.vdivps(factor, v, factor);
    loop(
        a,
        Gpr.RSI,
        b -> {
          b.vmovups(v, Mem.at(Gpr.RDI, 0));
          b.vsubps(v, v, mean);
          b.vmulps(v, v, factor);
          optional(b, Gpr.RDX, () -> b.vmulps(v, v, Mem.at(Gpr.RDX, 0)));
          optional(b, Gpr.RCX, () -> b.vaddps(v, v, Mem.at(Gpr.RCX, 0)));
          b.vmovups(Mem.at(Gpr.R9, 0), v);
          b.add(Gpr.RDI, 64);
          b.add(Gpr.R9, 64);
        });
    return end(a);
  }

  /** What is done with the next vector at {@code p}, unless that is 0. */
  private static void optional(Assembler a, Gpr p, Runnable body) {
    Label none = new Label();
    a.cmp(p, 0);
    a.jz(none);
    body.run();
    a.add(p, 64);
    a.bind(none);
  }

  /** x = f(x), or f(x) · up. */
  private static Code curveCode(Curve f, boolean gated) {
    Assembler a = new Assembler();
    Zmm x = zmm(0);
    Zmm e = zmm(1);
    Zmm zero = zmm(4);
    loop(
        a,
        Gpr.RDX,
        b -> {
          b.vmovups(x, Mem.at(Gpr.RDI, 0));
          switch (f) {
            case SILU -> {
              b.vpxord(e, x, b.constant(0x80000000).all());
              timesSigmoid(b, x, e);
            }
            case GELU -> {
              b.vmulps(e, x, x);
              b.vmulps(e, e, Lanes.all(b, 0.044715));
              b.vaddps(e, e, Lanes.all(b, 1));
              b.vmulps(e, e, x);
              b.vmulps(e, e, Lanes.all(b, -2 * Math.sqrt(2 / Math.PI)));
              timesSigmoid(b, x, e);
            }
            case SIGMOID -> {
              zeroOf(b, x, zero);
              b.vpxord(e, x, b.constant(0x80000000).all());
              b.vbroadcastss(x, b.constant(Float.floatToRawIntBits(1)));
              timesSigmoid(b, x, e);
              b.vaddps(x, x, zero);
            }
            case QUICK_GELU -> {
              b.vmulps(e, x, Lanes.all(b, -1.702));
              timesSigmoid(b, x, e);
            }
            case RELU_SQUARED -> {
              zeroOf(b, x, zero);
              b.vpxord(e, e, e);
              b.vmaxps(x, e, x); // of a NaN and a number vmaxps takes the second
              b.vmulps(x, x, x);
              b.vaddps(x, x, zero);
            }
          }
          if (gated) {
            b.vmulps(x, x, Mem.at(Gpr.RSI, 0));
            b.add(Gpr.RSI, 64);
          }
          b.vmovups(Mem.at(Gpr.RDI, 0), x);
          b.add(Gpr.RDI, 64);
        });
    return end(a);
  }

  /** 0 · x: 0, but NaN of what is infinite, which a bounded function would hide. */
  private static void zeroOf(Assembler a, Zmm x, Zmm zero) {
    a.vpxord(zero, zero, zero);
    a.vmulps(zero, zero, x);
  }

  /** x = x / (1 + e^u). */
  private static void timesSigmoid(Assembler a, Zmm x, Zmm u) {
    Lanes.exp(a, u, zmm(2), zmm(3));
    a.vaddps(u, u, Lanes.all(a, 1));
    a.vdivps(x, x, u);
  }

  /** tanh u is 1 − 2 / (e^2u + 1), and near 0, where that would cancel, its series. */
  private static Code softcapCode() {
    Assembler a = new Assembler();
    Zmm u = zmm(0);
    Zmm far = zmm(1);
    Zmm near = zmm(4);
    Zmm square = zmm(5);
    Zmm cap = zmm(6);
    int isNear = 1; // mask register
    a.vpbroadcastd(cap, Gpr.RDX);
    loop(
        a,
        Gpr.RSI,
        b -> {
          b.vmovups(u, Mem.at(Gpr.RDI, 0));
          b.vdivps(u, u, cap);
          b.vaddps(far, u, u);
          Lanes.exp(b, far, zmm(2), zmm(3));
          b.vaddps(far, far, Lanes.all(b, 1));
          b.vbroadcastss(near, b.constant(Float.floatToRawIntBits(-2)));
          b.vdivps(far, near, far);
          b.vaddps(far, far, Lanes.all(b, 1));
          b.vmulps(square, u, u);
          b.vbroadcastss(near, b.constant(Float.floatToRawIntBits(62f / 2835)));
          b.vfmadd213ps(near, square, Lanes.all(b, -17.0 / 315));
          b.vfmadd213ps(near, square, Lanes.all(b, 2.0 / 15));
          b.vfmadd213ps(near, square, Lanes.all(b, -1.0 / 3));
          b.vmulps(near, near, square);
          b.vfmadd213ps(near, u, u);
          b.vpandd(u, u, b.constant(0x7FFFFFFF).all());
          b.vcmpltps(isNear, u, Lanes.all(b, 0.25));
          b.vmovups(far.merge(isNear), near);
          b.vmulps(far, far, cap);
          b.vmovups(Mem.at(Gpr.RDI, 0), far);
          b.add(Gpr.RDI, 64);
        });
    return end(a);
  }

  private static Code addCode() {
    Assembler a = new Assembler();
    a.vpbroadcastd(zmm(1), Gpr.RCX);
    loop(
        a,
        Gpr.RDX,
        b -> {
          b.vmovups(zmm(0), Mem.at(Gpr.RSI, 0));
          b.vfmadd231ps(zmm(0), zmm(1), Mem.at(Gpr.RDI, 0));
          b.vmovups(Mem.at(Gpr.RSI, 0), zmm(0));
          b.add(Gpr.RDI, 64);
          b.add(Gpr.RSI, 64);
        });
    return end(a);
  }

  private static Code scaleCode() {
    Assembler a = new Assembler();
    a.vpbroadcastd(zmm(1), Gpr.RDX);
    loop(
        a,
        Gpr.RSI,
        b -> {
          b.vmulps(zmm(0), zmm(1), Mem.at(Gpr.RDI, 0));
          b.vmovups(Mem.at(Gpr.RDI, 0), zmm(0));
          b.add(Gpr.RDI, 64);
        });
    return end(a);
  }

  private static Code ropeNeoxCode() {
    Assembler a = new Assembler();
    loop(
        a,
        Gpr.R8,
        b -> {
          b.vmovups(zmm(0), Mem.at(Gpr.RDI, 0));
          b.vmovups(zmm(1), Mem.at(Gpr.RSI, 0));
          b.vmovups(zmm(2), Mem.at(Gpr.RDX, 0));
          b.vmovups(zmm(3), Mem.at(Gpr.RCX, 0));
          b.vmulps(zmm(4), zmm(0), zmm(2));
          b.vfnmadd231ps(zmm(4), zmm(1), zmm(3));
          b.vmulps(zmm(5), zmm(1), zmm(2));
          b.vfmadd231ps(zmm(5), zmm(0), zmm(3));
          b.vmovups(Mem.at(Gpr.RDI, 0), zmm(4));
          b.vmovups(Mem.at(Gpr.RSI, 0), zmm(5));
          for (Gpr p : new Gpr[] {Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX}) {
            b.add(p, 64);
          }
        });
    return end(a);
  }

  private static Code ropeNormalCode() {
    Assembler a = new Assembler();
    Zmm low = zmm(6);
    Zmm high = zmm(7);
    Zmm signs = zmm(8);
    a.vmovups(low, BlockCode.lanes(a, i -> i / 2));
    a.vmovups(high, BlockCode.lanes(a, i -> 8 + i / 2));
    a.vmovups(signs, BlockCode.lanes(a, i -> i % 2 == 0 ? 0x80000000 : 0));
    loop(
        a,
        Gpr.R8,
        b -> {
          for (int half = 0; half < 2; half++) {
            Mem x = Mem.at(Gpr.RDI, 64 * half);
            b.vmovups(zmm(0), x);
            b.vpermps(zmm(1), half == 0 ? low : high, Mem.at(Gpr.RDX, 0));
            b.vpermps(zmm(2), half == 0 ? low : high, Mem.at(Gpr.RCX, 0));
            // Even lanes: a cos − b sin; odd lanes: b cos + a sin.
            b.vpermilps(zmm(3), zmm(0), 0xB1);
            b.vpxord(zmm(3), zmm(3), signs);
            b.vmulps(zmm(0), zmm(0), zmm(1));
            b.vfmadd231ps(zmm(0), zmm(3), zmm(2));
            b.vmovups(x, zmm(0));
          }
          b.add(Gpr.RDI, 128);
          b.add(Gpr.RDX, 64);
          b.add(Gpr.RCX, 64);
        });
    return end(a);
  }
}
