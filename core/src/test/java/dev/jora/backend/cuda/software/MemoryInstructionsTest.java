package dev.jora.backend.cuda.software;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.CudaException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads and stores of every width and space, and what is wrong with some. */
final class MemoryInstructionsTest {
  private final Bench bench = new Bench();

  @AfterEach
  void close() {
    bench.close();
  }

  private static final int[] IN =
      IntStream.range(0, 128).map(i -> i * 0x9e3779b1 ^ 0x80c0).toArray();

  @ParameterizedTest
  @CsvSource({"u8, 255, 0", "s8, 255, 128", "u16, 65535, 0", "s16, 65535, 32768"})
  void narrowLoadsAreWidened(String type, int mask, int sign) {
    String load = "ld.global.%s %%r1, [%%in];%nst.global.u32 [%%out], %%r1;".formatted(type);
    int[] want = IntStream.of(IN).limit(32).map(v -> ((v & mask) ^ sign) - sign).toArray();
    assertArrayEquals(want, Body.run(bench, "", load, 32, IN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"global", "shared", "local", "generic"})
  void vectorsGoThroughEverySpace(String space) {
    String to =
        switch (space) {
          case "shared" -> "mul.wide.u32 %rd1, %tid, 16;\nmov.u64 %rd2, room;\n";
          case "local" -> "mov.u64 %rd1, 16;\nmov.u64 %rd2, 0;\n";
          case "generic" ->
              "mul.wide.u32 %rd1, %tid, 16;\nmov.u64 %rd2, room;\ncvta.shared.u64 %rd2, %rd2;\n";
          default -> "mul.wide.u32 %rd1, %tid, 16;\nmov.u64 %rd2, %base;\n";
        };
    String dot = space.equals("generic") ? "" : "." + space;
    String body =
        """
        .local .align 16 .b8 own[32];
        mul.wide.u32 %%rd0, %%tid, 16;
        add.s64 %%rd0, %%base, %%rd0;
        ld.global.nc.v4.u32 {%%r1, %%r2, %%r3, %%r4}, [%%rd0];
        %s add.s64 %%rd3, %%rd1, %%rd2;
        st%s.v2.u32 [%%rd3], {%%r1, %%r2};
        st%s.v2.u32 [%%rd3+8], {%%r3, %%r4};
        ld%s.v2.u64 {%%rd5, %%rd6}, [%%rd3];
        ld%s.u16 %%h0, [%%rd3+14];
        cvt.u32.u16 %%r5, %%h0;
        cvt.u32.u64 %%r6, %%rd6;
        xor.b32 %%r5, %%r5, %%r6;
        st.global.u32 [%%out], %%r5;
        """
            .formatted(to, dot, dot, dot, dot);
    int[] want = IntStream.range(0, 32).map(i -> IN[4 * i + 3] >>> 16 ^ IN[4 * i + 2]).toArray();
    assertArrayEquals(want, Body.run(bench, "", body, 32, IN));
  }

  @Test
  void narrowStoresLeaveTheRest() {
    String body =
        "st.global.u32 [%out], %r0;\nmov.u32 %r1, 0x1234;\nst.global.u8 [%out+1], %r1;\n"
            + "st.global.u16 [%out+2], %r1;";
    int[] got = Body.run(bench, "", body, 4, 1);
    assertArrayEquals(new int[] {0x12343400, 0x12343400, 0x12343400, 0x12343400}, got);
  }

  private void fails(String body, int code, String... words) {
    CudaException e = assertThrows(CudaException.class, () -> Body.run(bench, "", body, 32, IN));
    assertEquals(code, e.code(), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
    assertTrue(e.getCause() instanceof DeviceFault);
  }

  @Test
  void accessesAreAligned() {
    fails("ld.global.u32 %r1, [%in+2];", 716, "reads 4 bytes at", "no multiple of 4");
  }

  @Test
  void vectorsAreAlignedToTheirSize() {
    fails("ld.global.v4.u32 {%r1,%r2,%r3,%r4}, [%in];", 716, "thread 1", "no multiple of 16");
  }

  @Test
  void accessesStayWithinTheirAllocation() {
    fails("st.global.u32 [%in+480], %tid;", 700, "thread 8", "writes 4 bytes", "behind the end");
  }

  @Test
  void nothingIsAtNought() {
    fails("mov.u64 %rd1, 0;\nld.global.u32 %r1, [%rd1+16];", 700, "near no allocation");
  }

  @Test
  void parametersEnd() {
    fails("mov.u64 %rd1, 8;\nld.param.u64 %rd2, [%rd1+8];", 700, "parameter byte 16 of 16");
  }

  @Test
  void sectorsAreCounted() {
    // 32 lanes, 32 bytes apart: a sector each for 4 of its bytes
    String body =
        "mul.wide.u32 %rd1, %tid, 32;\nadd.s64 %rd1, %base, %rd1;\nld.global.u32 %r1, [%rd1];";
    Body.run(bench, "", body, 16, IN);
    Traffic.Line line = bench.driver.traffic("body").total();
    assertEquals(16, line.sectors());
    assertEquals(2, line.fewest());
    assertEquals(8, bench.driver.traffic("body").sectorsToFewest());
  }

  @Test
  void banksAreCounted() {
    // 8 lanes on one bank, then all on their own
    String body =
        "shl.b32 %r1, %tid, 7;\nst.shared.u32 [%r1], %tid;\nbar.sync 0;\nshl.b32 %r1, %tid, 2;\n"
            + "st.shared.u32 [%r1], %tid;\nld.shared.u32 %r2, [%r1];";
    Body.run(bench, "", body, 8, IN);
    Traffic.Line line = bench.driver.traffic("body").total();
    assertEquals(8 + 1 + 1, line.wavefronts());
    assertEquals(3, line.fewestWavefronts());
  }

  // ---- cp.async -----------------------------------------------------------------------------

  private static final String COPY =
      """
      mul.wide.u32 %rd0, %tid, 16;
      add.s64 %rd0, %base, %rd0;
      shl.b32 %r30, %tid, 4;
      cp.async.cg.shared.global [%r30], [%rd0], 16;
      cp.async.commit_group;
      cp.async.ca.shared.global [%r30+512], [%rd0+4], 4, 0;
      cp.async.commit_group;
      """;

  @Test
  void copiesArriveWhenWaitedFor() {
    String body =
        COPY
            + "cp.async.wait_group 1;\nld.shared.u32 %r1, [%r30+4];\ncp.async.wait_all;\n"
            + "ld.shared.u32 %r2, [%r30+512];\nadd.u32 %r1, %r1, %r2;\nst.global.u32 [%out], %r1;";
    int[] want = IntStream.range(0, 32).map(i -> IN[4 * i + 1]).toArray();
    assertArrayEquals(want, Body.run(bench, "", body, 32, IN), "the rest of a copy is 0");
  }

  @Test
  void copiesNotWaitedForAreFound() {
    fails(
        COPY + "cp.async.wait_group 1;\nld.shared.u32 %r1, [%r30+512];",
        719,
        "which cp.async may still fill");
  }

  @Test
  void copiesAreAligned() {
    fails("cp.async.cg.shared.global [%tid], [%base], 16;", 716, "thread 1: copies 16 bytes");
  }

  // ---- matrices -----------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"", ".trans"})
  void matricesAreDealtOut(String trans) {
    String body =
        """
        shl.b32 %%r30, %%tid, 4;
        mul.wide.u32 %%rd0, %%tid, 16;
        add.s64 %%rd0, %%base, %%rd0;
        ld.global.v4.u32 {%%r1, %%r2, %%r3, %%r4}, [%%rd0];
        st.shared.v4.u32 [%%r30], {%%r1, %%r2, %%r3, %%r4};
        bar.warp.sync -1;
        ldmatrix.sync.aligned.m8n8.x2%s.shared.b16 {%%r1, %%r2}, [%%r30];
        st.global.u32 [%%out], %%r2;
        """
            .formatted(trans);
    int[] got = Body.run(bench, "", body, 32, IN);
    for (int lane = 0; lane < 32; lane++) {
      int g = lane / 4;
      int t = lane % 4;
      int want =
          trans.isEmpty()
              ? IN[32 + 4 * g + t]
              : half(8 * (2 * t) + g) | half(8 * (2 * t + 1) + g) << 16;
      assertEquals(want, got[lane]);
    }
  }

  /** Element of the second matrix. */
  private static int half(int i) {
    return IN[32 + i / 2] >> 16 * (i % 2) & 0xffff;
  }

  @Test
  void productsOfBytesAreTheSame() {
    // A is all ones in its row's order, so that sums are those of columns of B
    String body =
        """
        mov.u32 %r1, 0x01010101;
        mov.u32 %r2, 7;
        mul.lo.u32 %r3, %tid, 0x01030205;
        mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%r4,%r5,%r6,%r7}, {%r1,%r1}, {%r3}, {%r2,%r2,%r2,%r2};
        st.global.u32 [%out], %r5;
        """;
    int[] got = Body.run(bench, "", body, 32, 1);
    for (int lane = 0; lane < 32; lane++) {
      int column = 2 * (lane % 4) + 1;
      int want = 7;
      for (int t = 0; t < 4; t++) {
        int word = (4 * column + t) * 0x01030205;
        for (int s = 0; s < 32; s += 8) {
          want += (byte) (word >> s);
        }
      }
      assertEquals(want, got[lane]);
    }
  }
}
