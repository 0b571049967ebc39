package dev.jora.backend.cuda.software;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.Grid;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What threads do together: order, shuffles, votes, barriers, shared memory, atomics, calls. */
final class CooperationTest {
  private static final String LOAD = "ld.global.u32 %r0, [%in];\n";
  private static final String STORE = "st.global.u32 [%out], %r1;\n";

  /** The thread's word of shared memory. */
  private static final String OWN =
      "shl.b32 %r30, %tid, 2;\nmov.u32 %r31, room;\nadd.u32 %r30, %r30, %r31;\n";

  private final Bench bench = new Bench();

  @AfterEach
  void close() {
    bench.close();
  }

  private static int[] words(int n, IntUnaryOperator f) {
    return IntStream.range(0, n).map(f).toArray();
  }

  private void gives(String body, int threads, IntUnaryOperator want) {
    int[] in = words(threads, i -> 7 * i + 1);
    assertArrayEquals(
        words(threads, want), Body.run(bench, "", LOAD + body + STORE, threads, in), body);
  }

  private void fails(String body, int threads, String... words) {
    try (Bench fresh = new Bench()) {
      CudaException e =
          assertThrows(
              CudaException.class,
              () -> Body.run(fresh, "", body, threads, words(2 * threads, i -> i)));
      for (String word : words) {
        assertTrue(e.getMessage().contains(word), e.getMessage());
      }
    }
  }

  // ---- warps --------------------------------------------------------------------------------

  @Test
  void shufflesMoveBetweenLanes() {
    gives("shfl.sync.bfly.b32 %r1, %r0, 5, 31, -1;", 32, i -> 7 * (i ^ 5) + 1);
    gives("shfl.sync.idx.b32 %r1, %r0, 3, 31, -1;", 32, i -> 22);
    gives("shfl.sync.down.b32 %r1, %r0, 4, 31, -1;", 32, i -> 7 * (i < 28 ? i + 4 : i) + 1);
    gives("shfl.sync.up.b32 %r1, %r0, 4, 0, -1;", 32, i -> 7 * (i < 4 ? i : i - 4) + 1);
    // segments of 8 lanes
    gives("shfl.sync.idx.b32 %r1, %r0, 3, 0x181f, -1;", 32, i -> 7 * (i / 8 * 8 + 3) + 1);
    gives(
        "shfl.sync.down.b32 %r1|%p0, %r0, 2, 0x181f, -1;\n@!%p0 mov.u32 %r1, 0;",
        32, i -> i % 8 < 6 ? 7 * (i + 2) + 1 : 0);
  }

  @Test
  void votesAndReductionsSeeAllLanes() {
    String odd = "and.b32 %r2, %tid, 1;\nsetp.eq.s32 %p0, %r2, 1;\n";
    gives(odd + "vote.sync.ballot.b32 %r1, %p0, -1;", 32, i -> 0xaaaaaaaa);
    gives(odd + "vote.sync.any.pred %p1, %p0, -1;\nselp.b32 %r1, 1, 0, %p1;", 32, i -> 1);
    gives(odd + "vote.sync.all.pred %p1, %p0, -1;\nselp.b32 %r1, 1, 0, %p1;", 32, i -> 0);
    gives("redux.sync.add.s32 %r1, %r0, -1;", 32, i -> 7 * 496 + 32);
    gives("redux.sync.max.u32 %r1, %r0, -1;", 32, i -> 7 * 31 + 1);
    gives("redux.sync.xor.b32 %r1, %tid, -1;", 32, i -> 0);
    gives("and.b32 %r2, %tid, 3;\nmatch.any.sync.b32 %r1, %r2, -1;", 32, i -> 0x11111111 << i % 4);
    gives("activemask.b32 %r1;", 20, i -> 0xfffff);
    gives("mov.u32 %r1, %lanemask_lt;", 32, i -> (1 << i) - 1);
  }

  @Test
  void halvesOfAWarpMayGoByThemselves() {
    gives(
        """
        setp.lt.s32 %p0, %tid, 16;
        mov.u32 %r2, 0xffff;
        @!%p0 mov.u32 %r2, 0xffff0000;
        @%p0 bra A;
        shfl.sync.bfly.b32 %r1, %r0, 1, 31, %r2;
        bra B;
        A:
        shfl.sync.bfly.b32 %r1, %r0, 2, 31, %r2;
        B:
        bar.warp.sync -1;
        """,
        32, i -> 7 * (i ^ (i < 16 ? 2 : 1)) + 1);
  }

  @Test
  void lanesThatAreMissingAreFound() {
    String half = "setp.lt.s32 %p0, %tid, 16;\n@%p0 bra B;\n";
    fails(
        half + "shfl.sync.bfly.b32 %r1, %tid, 1, 31, -1;\nB:\n",
        32,
        "shfl.sync",
        "wants lanes 0xffffffff, but lanes 0xffff0000 are there",
        "lane 0 has ended");
    fails(half + "shfl.sync.bfly.b32 %r1, %tid, 1, 31, -1;\nB:\nbar.sync 0;", 32, "is elsewhere");
  }

  @Test
  void aShuffleNamesItself() {
    fails(
        "shfl.sync.bfly.b32 %r1, %tid, 1, 31, 0xffff;", 32, "names lanes 0x0000ffff, not its own");
  }

  @Test
  void lanesThatEndedAreNotWaitedFor() {
    gives(
        "mov.u32 %r1, 3;\nst.global.u32 [%out], %r1;\nsetp.lt.s32 %p0, %tid, 5;\n@%p0 exit;\n"
            + "bar.warp.sync -1;\nbar.sync 0;",
        64, i -> 3);
  }

  @Test
  void lanesPartAndMeet() {
    // each lane goes round as often as its number
    gives(
        """
        mov.u32 %r1, 0;
        mov.u32 %r2, 0;
        L:
        setp.ge.s32 %p0, %r2, %tid;
        @%p0 bra E;
        add.s32 %r1, %r1, %r2;
        add.s32 %r2, %r2, 1;
        bra L;
        E:
        shfl.sync.bfly.b32 %r1, %r1, 1, 31, -1;
        """,
        32, i -> (i ^ 1) * ((i ^ 1) - 1) / 2);
  }

  // ---- blocks -------------------------------------------------------------------------------

  @Test
  void barriersOrderSharedMemory() {
    String other = "xor.b32 %r2, %r30, 128;\n";
    gives(
        OWN + other + "st.shared.u32 [%r30], %r0;\nbar.sync 0;\nld.shared.u32 %r1, [%r2];",
        64,
        i -> 7 * (i ^ 32) + 1);
    gives("setp.lt.s32 %p0, %tid, 9;\nbar.red.popc.u32 %r1, 0, %p0;", 96, i -> 9);
    gives(
        "setp.lt.s32 %p0, %tid, 9;\nbar.red.or.pred %p1, 0, %p0;\nselp.b32 %r1, 1, 0, %p1;",
        96, i -> 1);
    gives(
        "setp.lt.s32 %p0, %tid, 9;\nbar.red.and.pred %p1, 0, %p0;\nselp.b32 %r1, 1, 0, %p1;",
        96, i -> 0);
  }

  @Test
  void racesAreFound() {
    String other = "xor.b32 %r2, %r30, 128;\n";
    fails(
        OWN
            + other
            + "st.shared.u32 [%r30], %tid;\nbar.sync 0;\nld.shared.u32 %r1, [%r2];\n"
            + "st.shared.u32 [%r30], %tid;",
        64,
        "race: reads shared byte 0",
        "which warp 0 wrote");
    fails(
        OWN
            + other
            + "st.shared.u32 [%r30], %tid;\nbar.sync 0;\nld.shared.u32 %r1, [%r31];\n"
            + "setp.lt.s32 %p0, %tid, 32;\n@%p0 bra E;\nst.shared.u32 [%r31], %tid;\nE:",
        64,
        "race: writes shared byte 0",
        "which other warps read");
    fails(
        OWN + "st.shared.u8 [%r31+3], %tid;",
        64,
        "thread 32: race: writes shared byte 3, which warp 0 wrote");
    fails(OWN + "ld.shared.u32 %r1, [%r30];", 32, "which nobody wrote");
    fails("mov.u32 %r1, 1024;\nst.shared.u32 [%r1], %r1;", 32, "shared memory at 1024, of 1024");
    fails("mov.u32 %r1, 2;\nst.shared.u32 [%r1], %r1;", 32, "no multiple of 4");
    // bytes of one word by different warps are no race
    gives(
        "mov.u32 %r31, room;\nshr.u32 %r3, %tid, 5;\nadd.u32 %r30, %r31, %r3;\n"
            + "st.shared.u8 [%r30], %r3;\nld.shared.u8 %r1, [%r30];",
        96, i -> i / 32);
  }

  @Test
  void aBarrierThatIsNeverReachedIsFound() {
    fails(
        "setp.lt.s32 %p0, %tid, 32;\n@%p0 bra B;\nbar.sync 1, 64;\nB:\nbar.sync 0;",
        64, "waits at a barrier");
  }

  @Test
  void atomicsAddUp() {
    String end = "\nbar.sync 0;\nld.shared.u32 %r1, [%r31];";
    gives(
        OWN
            + "setp.ne.s32 %p0, %tid, 0;\n@%p0 bra S;\nmov.u32 %r2, 0;\n"
            + "st.shared.u32 [%r31], %r2;\nS:\nbar.sync 0;\natom.shared.add.u32 %r3, [%r31], %tid;"
            + end,
        96,
        i -> 95 * 96 / 2);
    int[] in = {5, 5, 5, 5, 5, 5, 0, 100};
    String body =
        """
        atom.global.add.u32 %r1, [%base], 1;
        atom.global.max.s32 %r1, [%base+4], %tid;
        atom.global.min.s32 %r1, [%base+8], -2;
        atom.global.or.b32 %r1, [%base+12], %tid;
        atom.global.inc.u32 %r1, [%base+16], 6;
        atom.global.cas.b32 %r1, [%base+20], 5, 77;
        red.global.add.f32 [%base+24], 0f3F000000;
        atom.global.exch.b32 %r1, [%base+28], 9;
        """;
    long at = bench.put(in);
    long out = bench.room(4 * 128);
    bench.launch(bench.kernel(Body.ptx("", body), "body"), Grid.of(2), 64, at, out);
    // inc goes 5, 6, 0, 1 … round 7
    int inc = (5 + 128) % 7;
    assertArrayEquals(
        new int[] {133, 63, -2, 63, inc, 77, Float.floatToRawIntBits(64), 9}, bench.ints(at, 8));
  }

  @Test
  void manyBlocksGiveTheSameEveryTime() {
    String body = LOAD + "mul.lo.u32 %r1, %r0, 3;\n" + STORE;
    int n = 64 * 100;
    int[] got = Body.run(bench, Body.ptx("", body), Grid.of(100), 64, words(n, i -> i));
    assertArrayEquals(words(n, i -> 3 * i), got);
    // the first of the faults, whichever thread of the machine found one first
    String wrong = "setp.lt.s32 %p0, %i, 640;\n@%p0 bra E;\ntrap;\nE:\n";
    for (int i = 0; i < 5; i++) {
      Bench fresh = new Bench();
      CudaException e =
          assertThrows(
              CudaException.class, () -> Body.run(fresh, Body.ptx("", wrong), Grid.of(100), 64, 1));
      assertTrue(e.getMessage().contains("block (10, 0, 0), thread 0: trap"), e.getMessage());
      fresh.close();
    }
  }

  // ---- functions ----------------------------------------------------------------------------

  private static final String TWICE =
      """
      .func (.param .b32 back) twice(.param .b32 a);
      .func (.param .b32 back) twice(.param .b32 a)
      {
      .reg .b32 %r<3>;
      .reg .pred %p<2>;
      ld.param.u32 %r0, [a];
      setp.gt.s32 %p0, %r0, 10;
      @%p0 bra BIG;
      st.param.b32 [back+0], %r0;
      ret;
      BIG:
      add.s32 %r1, %r0, %r0;
      st.param.b32 [back+0], %r1;
      ret;
      }
      """;

  @Test
  void functionsAreCalledByTheLanesThatWant() {
    String body =
        """
        mov.u32 %r1, 9;
        setp.lt.s32 %p0, %tid, 3;
        @%p0 bra E;
        { .reg .b32 t; .param .b32 q; st.param.b32 [q+0], %tid; .param .b32 v;
        call.uni (v), twice, (q);
        ld.param.b32 %r1, [v+0]; }
        E:
        shfl.sync.bfly.b32 %r1, %r1, 0, 31, -1;
        """;
    int[] got = Body.run(bench, TWICE, body + STORE, 32, 0);
    assertArrayEquals(words(32, i -> i < 3 ? 9 : i > 10 ? 2 * i : i), got);
  }

  @Test
  void instructionsAreCountedByLine() {
    gives("mov.u32 %r1, 1;", 64, i -> 1);
    assertEquals(64 * 15, bench.driver.traffic("body").total().instructions(), 64 * 4);
    assertEquals(1, bench.driver.traffic("body").sectorsToFewest());
  }
}
