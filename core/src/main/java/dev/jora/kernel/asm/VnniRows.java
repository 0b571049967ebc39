package dev.jora.kernel.asm;

import static dev.jora.kernel.asm.Zmm.zmm;

import java.util.function.Consumer;

/**
 * Operations on rows of floats, in multiples of 16 (of 32 for rotations): what the Vector API does
 * as fast once it is compiled, but not in the first seconds of a process. Arguments are addresses
 * that the caller has checked.
 */
public final class VnniRows {
  private final Code rmsNorm = rmsNormCode(true);
  private final Code plainRmsNorm = rmsNormCode(false);
  private final Code siluGlu = gluCode(false);
  private final Code geluGlu = gluCode(true);
  private final Code add = addCode();
  private final Code scale = scaleCode();
  private final Code ropeNeox = ropeNeoxCode();
  private final Code ropeNormal = ropeNormalCode();

  /** out = x / √(mean(x²) + eps) · weight; weight 0 is none. */
  public void rmsNorm(long x, int n, long weight, float eps, long out) {
    Code code = weight == 0 ? plainRmsNorm : rmsNorm;
    code.call(x, n / 16, weight, bits(1f / n), bits(eps), out);
  }

  /** gate = gate · σ(gate) · up. */
  public void siluGlu(long gate, long up, int n) {
    siluGlu.call(gate, up, n / 16, 0, 0, 0);
  }

  /** gate = gelu(gate) · up. */
  public void geluGlu(long gate, long up, int n) {
    geluGlu.call(gate, up, n / 16, 0, 0, 0);
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

  /** x σ(x) up, or gelu(x) up: in its tanh form, gelu(x) is x σ(2 √(2/π) (x + 0.044715 x³)). */
  private static Code gluCode(boolean gelu) {
    Assembler a = new Assembler();
    Zmm x = zmm(0);
    Zmm e = zmm(1);
    loop(
        a,
        Gpr.RDX,
        b -> {
          b.vmovups(x, Mem.at(Gpr.RDI, 0));
          if (gelu) {
            b.vmulps(e, x, x);
            b.vmulps(e, e, Lanes.all(b, 0.044715));
            b.vaddps(e, e, Lanes.all(b, 1));
            b.vmulps(e, e, x);
            b.vmulps(e, e, Lanes.all(b, -2 * Math.sqrt(2 / Math.PI)));
          } else {
            b.vpxord(e, x, b.constant(0x80000000).all());
          }
          Lanes.exp(b, e, zmm(2), zmm(3));
          b.vaddps(e, e, Lanes.all(b, 1));
          b.vdivps(x, x, e);
          b.vmulps(x, x, Mem.at(Gpr.RSI, 0));
          b.vmovups(Mem.at(Gpr.RDI, 0), x);
          b.add(Gpr.RDI, 64);
          b.add(Gpr.RSI, 64);
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
