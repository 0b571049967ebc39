package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.Grid;
import java.nio.ByteBuffer;
import java.util.Random;

/** Kernels of one instruction: a warp loads its operands, does it, and stores the result. */
final class OneInstruction {
  /** Plain arithmetic on bits; operands are widened as unsigned numbers. */
  interface Plain {
    long of(long a, long b, long c);
  }

  /**
   * An instruction.
   *
   * @param text with {@code %d}, {@code %a}, {@code %b}, {@code %c}
   * @param types of these, with spaces; {@code pred} is 0 or 1 in memory
   */
  record Form(String text, String types, Plain plain) {
    @Override
    public String toString() {
      return text;
    }

    /** Bits of the result. */
    int bits() {
      String type = types.split(" ")[0];
      return type.equals("pred") ? 32 : Integer.parseInt(type.substring(1));
    }
  }

  static final int LANES = 32;

  private OneInstruction() {}

  /** Results for each lane; all operands are {@code long[32]}. */
  static long[] run(Bench bench, Form form, long[][] operands) {
    return run(bench, form.text(), form.types(), operands);
  }

  static long[] run(Bench bench, String text, String typeList, long[][] operands) {
    String[] types = typeList.split(" ");
    StringBuilder body = new StringBuilder();
    for (int i = 1; i < types.length; i++) {
      String name = "%" + (char) ('a' + i - 1);
      body.append("add.s64 %%at, %%in, %d;%n".formatted(8 * LANES * (i - 1)));
      if (types[i].equals("pred")) {
        body.append("ld.global.u32 %w, [%at];\nsetp.ne.s32 " + name + ", %w, 0;\n");
      } else {
        body.append("ld.global.%s %s, [%%at];%n".formatted(types[i].replace('f', 'b'), name));
      }
    }
    body.append(text).append('\n');
    if (types[0].equals("pred")) {
      body.append("selp.b32 %w, 1, 0, %d;\nst.global.u32 [%out], %w;\n");
    } else {
      body.append("st.global.%s [%%out], %%d;%n".formatted(types[0].replace('f', 'b')));
    }
    StringBuilder registers = new StringBuilder();
    for (int i = 0; i < types.length; i++) {
      registers.append(".reg .%s %%%s;%n".formatted(types[i], "dabcefg".charAt(i)));
    }
    String ptx =
        """
        .version 8.0
        .target sm_80
        .address_size 64
        .visible .entry one(.param .align 8 .b8 p[16])
        {
        .reg .b64 %%in, %%out, %%at, %%lane;
        .reg .b32 %%w, %%t;
        .reg .pred %%q;
        %s
        ld.param.u64 %%in, [p];
        ld.param.u64 %%out, [p+8];
        mov.u32 %%t, %%tid.x;
        mul.wide.u32 %%lane, %%t, 8;
        add.s64 %%in, %%in, %%lane;
        add.s64 %%out, %%out, %%lane;
        %s
        ret;
        }
        """
            .formatted(registers, body);
    long[] all = new long[LANES * operands.length];
    for (int i = 0; i < operands.length; i++) {
      System.arraycopy(operands[i], 0, all, LANES * i, LANES);
    }
    long out = bench.put(new long[LANES]);
    long in = bench.put(all);
    bench.launch(bench.kernel(ptx, "one"), Grid.of(1), LANES, in, out);
    ByteBuffer back = bench.get(out, 8 * LANES);
    long[] results = new long[LANES];
    for (int i = 0; i < LANES; i++) {
      results[i] = back.getLong(8 * i);
    }
    return results;
  }

  /** Bits at random, of which some are at the ends. */
  static long[] integers(Random random, int bits) {
    long[] edges = {0, 1, -1, 2, 3, 7, 15, 16, 31, 32, 33, 63, 64, 127, 128, 255, 256};
    long[] values = new long[LANES];
    for (int i = 0; i < LANES; i++) {
      values[i] =
          switch (random.nextInt(4)) {
            case 0 -> edges[random.nextInt(edges.length)];
            case 1 -> (1L << bits - 1) - random.nextInt(3) + 1;
            default -> random.nextLong();
          };
      values[i] &= bits == 64 ? -1 : (1L << bits) - 1;
    }
    return values;
  }

  /** Bits of floats: usual ones, whole ones, and ends. */
  static long[] floats(Random random) {
    float[] edges = {0, -0f, 1, -1, 0.5f, 1.5f, -2.5f, 1e-40f, Float.NaN, 1 / 0f, -1 / 0f, 3e38f};
    long[] values = new long[LANES];
    for (int i = 0; i < LANES; i++) {
      float value =
          switch (random.nextInt(4)) {
            case 0 -> edges[random.nextInt(edges.length)];
            case 1 -> random.nextInt(2001) / 4f - 250;
            default -> (float) (random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4));
          };
      values[i] = Float.floatToRawIntBits(value) & 0xffffffffL;
    }
    return values;
  }
}
