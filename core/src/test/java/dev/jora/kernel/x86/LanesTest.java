package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Zmm.zmm;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What kernels do with the lanes of a register. */
class LanesTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  @BeforeAll
  static void where() {
    Machine.assumeVnni();
  }

  /** Code over register 0 for every 16 floats; it may use registers 1 and 2. */
  private static float[] run(float[] x, Consumer<Assembler> body) {
    Assembler a = new Assembler();
    Label next = a.here();
    a.vmovups(zmm(0), Mem.at(Gpr.RDI, 0));
    body.accept(a);
    a.vmovups(Mem.at(Gpr.RDI, 0), zmm(0));
    a.add(Gpr.RDI, 64);
    a.sub(Gpr.RSI, 1);
    a.jnz(next);
    a.vzeroupper();
    a.ret();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment m = arena.allocate(4L * x.length, 64);
      MemorySegment.copy(x, 0, m, FLOAT, 0, x.length);
      new Code(a).call(m.address(), x.length / 16, 0, 0, 0, 0);
      return m.toArray(FLOAT);
    }
  }

  private static float[] exp(float[] x) {
    return run(x, a -> Lanes.exp(a, zmm(0), zmm(1), zmm(2)));
  }

  @Test
  void exponentialIsAccurate() {
    float[] x = new float[400_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = -87 + 175f * i / x.length;
    }
    float[] y = exp(x);
    for (int i = 0; i < x.length; i++) {
      assertEquals(1, y[i] / Math.exp(x[i]), 1.2e-7, "e^" + x[i]);
    }
  }

  @Test
  void exponentialOfExtremes() {
    float[] x = {
      0, -0f, -87.5f, -100, -104.5f, -120, -121, -1e4f, -1e30f, -3e38f, 88.5f, 89, 120, 1e4f, 0, 0
    };
    x[14] = Float.NEGATIVE_INFINITY;
    float[] y = exp(x);
    for (int i = 0; i < x.length; i++) {
      float e = (float) Math.exp(x[i]);
      if (Float.isInfinite(e)) {
        assertEquals(e, y[i], "e^" + x[i]);
      } else {
        assertEquals(e, y[i], e * 1.2e-7f + 0x1p-148f, "e^" + x[i]);
      }
    }
    assertEquals(1, y[0]);
    assertEquals(1, y[1]);
    assertEquals(0, y[4]);
    assertEquals(0, y[14]);
  }

  /** Every lane gets it, and it counts every lane once. */
  @Test
  void sumAndMaximum() {
    Random random = new Random(1);
    float[] x = new float[16];
    for (int at = 0; at < 16; at++) {
      float sum = 0;
      for (int i = 0; i < 16; i++) {
        x[i] = i == at ? 1000 : random.nextInt(-100, 100); // whole numbers: any order is exact
        sum += x[i];
      }
      float[] sums = run(x, a -> Lanes.sum(a, zmm(0), zmm(1)));
      float[] largest = run(x, a -> Lanes.max(a, zmm(0), zmm(1)));
      for (int i = 0; i < 16; i++) {
        assertEquals(sum, sums[i]);
        assertEquals(1000, largest[i]);
      }
    }
  }
}
