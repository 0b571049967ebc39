package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.Grid;

/** Kernels of a few instructions, written in tests: words come in, words go out. */
final class Body {
  private Body() {}

  /**
   * A kernel whose threads have {@code %in} and {@code %out}, addresses of their own words, {@code
   * %base}, the address of all that comes in, and registers {@code %r0}… {@code %f0}… {@code %rd0}…
   * {@code %p0}… {@code %h0}…
   */
  static String ptx(String declarations, String body) {
    return """
    .version 8.0
    .target sm_80
    .address_size 64
    %s
    .visible .entry body(.param .align 8 .b8 p[16])
    {
    .reg .b64 %%in, %%out, %%base, %%bytes, %%rd<20>;
    .reg .b32 %%tid, %%i, %%r<40>;
    .reg .f32 %%f<20>;
    .reg .b16 %%h<10>;
    .reg .pred %%p<10>;
    .shared .align 16 .b8 room[1024];
    ld.param.u64 %%base, [p];
    ld.param.u64 %%out, [p+8];
    mov.u32 %%tid, %%tid.x;
    mov.u32 %%i, %%ctaid.x;
    mov.u32 %%r39, %%ntid.x;
    mad.lo.u32 %%i, %%i, %%r39, %%tid;
    mul.wide.u32 %%bytes, %%i, 4;
    add.s64 %%in, %%base, %%bytes;
    add.s64 %%out, %%out, %%bytes;
    %s
    ret;
    }
    """
        .formatted(declarations, body);
  }

  /** The words that threads put out. */
  static int[] run(Bench bench, String declarations, String body, int threads, int... in) {
    return run(bench, ptx(declarations, body), Grid.of(1), threads, in);
  }

  static int[] run(Bench bench, String ptx, Grid grid, int threads, int... in) {
    int words = grid.x() * threads;
    long out = bench.put(new int[words]);
    bench.launch(bench.kernel(ptx, "body"), grid, threads, bench.put(in), out);
    return bench.ints(out, words);
  }
}
