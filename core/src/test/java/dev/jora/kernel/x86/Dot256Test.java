package dev.jora.kernel.x86;

import static dev.jora.kernel.x86.Ymm.ymm;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums of products on 256 bits are exact: nothing saturates. */
class Dot256Test {
  static List<GgmlType> types() {
    return Arrays.stream(GgmlType.values()).filter(t -> RunCodes.find(t) != null).toList();
  }

  /** The largest weights with the largest activations of either sign, as many as are allowed. */
  @Test
  void sumsOfBytesStayWithin16Bits() {
    Machine.assumeAvx2();
    Ymm sum = ymm(0);
    Ymm w = ymm(1);
    Ymm x = ymm(2);
    for (int largest = 1; largest < 256; largest++) {
      int steps = Dot256.AVX2.steps(largest);
      int most = Dot256.AVX2.planes(largest) == 2 ? 15 : largest;
      assertTrue(steps >= 1 && steps <= 8 && Integer.bitCount(steps) == 1, "steps " + steps);
      for (int value : new int[] {-128, 127}) {
        Assembler a = new Assembler();
        a.vmovups(w, RunCode.bytes(a, i -> most));
        a.vmovups(x, RunCode.bytes(a, i -> value));
        Dot256.AVX2.firstBytes(a, sum, w, x);
        for (int i = 1; i < steps; i++) {
          Dot256.AVX2.bytes(a, sum, w, x, ymm(3));
        }
        Dot256.AVX2.endBytes(a, sum, 8);
        a.vmovups(Mem.at(Gpr.RDI, 0), sum);
        a.vzeroupper();
        a.ret();
        int expected = 4 * steps * most * value << 8;
        assertArrayEquals(
            IntStream.generate(() -> expected).limit(8).toArray(), run(a), "weights of " + largest);
      }
    }
  }

  @Test
  void sumsOfWords() {
    Machine.assumeAvx2();
    Assembler a = new Assembler();
    a.vmovups(ymm(0), RunCode.lanes(a, i -> 5));
    a.vmovups(ymm(1), RunCode.lanes(a, i -> 255 << 16 | 255));
    Dot256.AVX2.words(a, ymm(0), ymm(1), RunCode.lanes(a, i -> 0x81008100), ymm(1)); // -32512
    a.vmovups(Mem.at(Gpr.RDI, 0), ymm(0));
    a.vzeroupper();
    a.ret();
    int expected = 5 - 2 * 255 * 32512;
    assertArrayEquals(IntStream.generate(() -> expected).limit(8).toArray(), run(a));
  }

  private static int[] run(Assembler a) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(32, 32);
      new Code(a).call(out.address(), 0, 0, 0, 0, 0);
      return out.toArray(ValueLayout.JAVA_INT);
    }
  }

  /** This machine may have no AVX-VNNI: what differs are these bytes, those of GNU as. */
  @Test
  void avxVnni() {
    Assembler a = new Assembler();
    Dot256.AVX_VNNI.words(a, ymm(0), ymm(1), ymm(2), ymm(3));
    Dot256.AVX_VNNI.firstBytes(a, ymm(0), ymm(1), ymm(2));
    Dot256.AVX_VNNI.bytes(a, ymm(0), ymm(1), ymm(2), ymm(3));
    Dot256.AVX_VNNI.endBytes(a, ymm(0), 0);
    Dot256.AVX_VNNI.endBytes(a, ymm(0), 8);
    String expected =
        "c4e27552c2" // {vex} vpdpwssd ymm0, ymm1, ymm2
            + "c5fdefc0" // vpxor ymm0, ymm0, ymm0
            + "c4e27550c2" // {vex} vpdpbusd ymm0, ymm1, ymm2
            + "c4e27550c2" // {vex} vpdpbusd ymm0, ymm1, ymm2
            + "c5fd72f008"; // vpslld ymm0, ymm0, 8
    assertEquals(expected, HexFormat.of().formatHex(a.finish()));
    assertEquals(1, Dot256.AVX_VNNI.planes(255));
    assertEquals(8, Dot256.AVX_VNNI.steps(255));
  }

  /** That q is no larger than a type says: any bits, seen through the unpacked band. */
  @ParameterizedTest
  @MethodSource("types")
  void weightsAreNoLargerThanTheirTypeSays(GgmlType type) {
    Machine.assumeAvx2();
    RunCode runs = RunCodes.find(type);
    int k = 512;
    long stride = type.rowBytes(k);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = arena.allocate(stride * ByteBand.ROWS, 64);
      byte[] random = new byte[(int) w.byteSize()];
      new Random(3).nextBytes(random);
      MemorySegment.copy(random, 0, w, ValueLayout.JAVA_BYTE, 0, random.length);
      // AVX-VNNI's band has whole bytes, and unpacking uses none of its instructions.
      Dot256 dot = Dot256.AVX_VNNI;
      MemorySegment band = arena.allocate(ByteBand.bytes(runs, k, dot), 64);
      MemorySegment scratch = arena.allocate(ByteBand.scratchBytes(), 64);
      new ByteBand(runs, k, dot)
          .unpack(w.address(), stride, ByteBand.ROWS, band.address(), scratch.address());
      int largest = 0;
      for (int run = 0; run < k / 32; run++) {
        for (int i = 0; i < ByteBand.PLANE_BYTES; i++) {
          long at = (long) ByteBand.runBytes(runs, 1) * run + i;
          largest = Math.max(largest, band.get(ValueLayout.JAVA_BYTE, at) & 255);
        }
      }
      assertTrue(largest <= runs.largest(), type + ": " + largest);
    }
  }
}
