package dev.jora.backend.cuda.software;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.Grid;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Grids, dynamic shared memory, code in unusual order. */
final class LaunchShapesTest {
  private static final String DYNAMIC = ".extern .shared .align 128 .b8 more[];";
  private static final String STORE = "st.global.u32 [%out], %r1;\n";

  private final Bench bench = new Bench();

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void blocksKnowTheirPlace() {
    String body =
        """
        mov.u32 %r1, %ctaid.y;
        mov.u32 %r2, %nctaid.x;
        mov.u32 %r3, %ctaid.z;
        mov.u32 %r4, %nctaid.y;
        mov.u32 %r5, %ctaid.x;
        mad.lo.u32 %r6, %r3, %r4, %r1;
        mad.lo.u32 %r6, %r6, %r2, %r5;
        mul.wide.u32 %rd1, %r6, 4;
        sub.s64 %out, %out, %bytes;
        add.s64 %out, %out, %rd1;
        mov.u32 %r7, %nctaid.z;
        mad.lo.u32 %r1, %r6, 10, %r7;
        """;
    long out = bench.put(new int[30]);
    bench.launch(
        bench.kernel(Body.ptx("", body + STORE), "body"), new Grid(5, 3, 2), 1, bench.put(0), out);
    assertArrayEquals(IntStream.range(0, 30).map(i -> 10 * i + 2).toArray(), bench.ints(out, 30));
  }

  private int[] dynamic(int bytes) {
    String body =
        """
        mov.u32 %r2, more;
        shl.b32 %r3, %tid, 2;
        add.u32 %r2, %r2, %r3;
        st.shared.u32 [%r2], %tid;
        mov.u32 %r5, room;
        add.u32 %r5, %r5, %r3;
        mov.u32 %r6, 5;
        st.shared.u32 [%r5], %r6;
        xor.b32 %r2, %r2, 128;
        bar.sync 0;
        ld.shared.u32 %r1, [%r2];
        """;
    long out = bench.put(new int[64]);
    long function = bench.kernel(Body.ptx(DYNAMIC, body + STORE), "body");
    try (Arena arena = Arena.ofConfined()) {
      bench.driver.launch(
          function,
          Grid.of(1),
          64,
          bytes,
          arena.allocateFrom(ValueLayout.JAVA_BYTE, Bench.struct(bench.put(1), out)),
          bench.stream);
    }
    return bench.ints(out, 64);
  }

  @Test
  void sharedMemoryOfTheLaunchLiesBehindThatOfTheKernel() {
    assertArrayEquals(IntStream.range(0, 64).map(i -> i ^ 32).toArray(), dynamic(256));
    CudaException e = assertThrows(CudaException.class, () -> dynamic(252));
    assertTrue(e.getMessage().contains("shared memory at 1276, of 1276"), e.getMessage());
  }

  @Test
  void lanesComeBackFromColdCode() {
    // what is rarely taken lies behind the end and jumps back
    String body =
        """
        mov.u32 %r1, %tid;
        setp.gt.u32 %p0, %tid, 20;
        @%p0 bra COLD;
        BACK:
        shfl.sync.bfly.b32 %r1, %r1, 1, 31, -1;
        st.global.u32 [%out], %r1;
        ret;
        COLD:
        add.u32 %r1, %r1, 100;
        bra BACK;
        """;
    int[] want = IntStream.range(0, 32).map(i -> (i ^ 1) > 20 ? (i ^ 1) + 100 : i ^ 1).toArray();
    assertArrayEquals(want, Body.run(bench, "", body, 32, 0));
  }

  @Test
  void functionsCallFunctions() {
    String functions =
        """
        .func (.param .b32 back) outer(.param .b32 a);
        .func (.param .b64 back) inner(.param .b64 a)
        {
        .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [a];
        mul.lo.s64 %rd1, %rd0, 3;
        st.param.b64 [back+0], %rd1;
        ret;
        }
        .func (.param .b32 back) outer(.param .b32 a)
        {
        .reg .b32 %r<3>;
        .reg .b64 %rd<3>;
        ld.param.u32 %r0, [a];
        cvt.u64.u32 %rd0, %r0;
        { .param .b64 q; st.param.b64 [q+0], %rd0; .param .b64 v;
        call.uni (v), inner, (q);
        ld.param.b64 %rd1, [v+0]; }
        cvt.u32.u64 %r1, %rd1;
        add.u32 %r1, %r1, %r0;
        st.param.b32 [back+0], %r1;
        ret;
        }
        """;
    String body =
        """
        { .param .b32 q; st.param.b32 [q+0], %tid; .param .b32 v;
        call.uni (v), outer, (q);
        ld.param.b32 %r1, [v+0]; }
        """;
    int[] want = IntStream.range(0, 32).map(i -> 4 * i).toArray();
    assertArrayEquals(want, Body.run(bench, functions, body + STORE, 32, 0));
  }

  @Test
  void wholeLinesCountOnce() {
    Body.run(bench, "", "ld.global.u32 %r1, [%in];\n" + STORE, 64, new int[64]);
    Traffic.Line line = bench.driver.traffic("body").total();
    assertEquals(2 * 2 * 4, line.sectors());
    assertEquals(line.sectors(), line.fewest());
  }
}
