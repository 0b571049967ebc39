package dev.jora.backend.cuda.software;

/** What lanes of a warp do together. */
final class WarpOps {
  private WarpOps() {}

  /** The lanes that an instruction names, as those that are there say. */
  static int wanted(Instruction in, Warp w, int here) {
    if (in.unit == Unit.MATRIX) {
      return Warp.ALL;
    }
    if (in.op == Op.ACTIVEMASK) {
      return 0;
    }
    int all = 0;
    for (int rest = here; rest != 0; rest &= rest - 1) {
      int lane = Integer.numberOfTrailingZeros(rest);
      int named = w.r[in.e][lane];
      if ((named >>> lane & 1) == 0) {
        throw w.fault(
            in,
            lane,
            DeviceFault.LAUNCH_FAILED,
            "'%s' names lanes 0x%08x, not its own".formatted(in.text, named));
      }
      all |= named;
    }
    return all;
  }

  static void run(Instruction in, Warp w, int m) {
    switch (in.op) {
      case SHFL -> shuffle(in, w, m);
      case VOTE -> vote(in, w, m);
      case MATCH -> match(in, w, m);
      case REDUX -> reduce(in, w, m);
      case ACTIVEMASK -> {
        for (int lane = 0; lane < Warp.LANES; lane++) {
          w.spare[lane] = m;
        }
        Lanes.blend(w.spare, w.r[in.d], m);
      }
      default -> {}
    }
  }

  private static void shuffle(Instruction in, Warp w, int m) {
    int[] a = w.r[in.a];
    int[] b = w.r[in.b];
    int[] c = w.r[in.c];
    boolean up = in.mode.equals("up");
    boolean down = in.mode.equals("down");
    boolean butterfly = in.mode.equals("bfly");
    int inside = 0;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      int segment = c[lane] >> 8 & 31;
      int low = lane & segment;
      int high = low | c[lane] & 31 & ~segment;
      int by = b[lane] & 31;
      int from = up ? lane - by : down ? lane + by : butterfly ? lane ^ by : low | by & ~segment;
      boolean ok = up ? from >= high : from <= high;
      from = ok ? from : lane;
      inside |= (ok ? 1 : 0) << lane;
      if ((m >>> lane & 1) != 0 && (m >>> from & 1) == 0) {
        throw w.fault(
            in,
            lane,
            DeviceFault.LAUNCH_FAILED,
            "'%s' reads lane %d, which is not there".formatted(in.text, from));
      }
      w.spare[lane] = a[from];
    }
    Lanes.blend(w.spare, w.r[in.d], m);
    if (in.other >= 0) {
      w.p[in.other] = w.p[in.other] & ~m | inside & m;
    }
  }

  private static void vote(Instruction in, Warp w, int m) {
    for (int rest = m; rest != 0; ) {
      int named = w.r[in.e][Integer.numberOfTrailingZeros(rest)];
      int yes = w.p[in.a] & named;
      if (in.mode.equals("ballot")) {
        for (int lane = 0; lane < Warp.LANES; lane++) {
          w.spare[lane] = yes;
        }
        Lanes.blend(w.spare, w.r[in.d], named);
      } else {
        boolean result =
            switch (in.mode) {
              case "any" -> yes != 0;
              case "all" -> yes == named;
              default -> yes == 0 || yes == named;
            };
        w.p[in.d] = result ? w.p[in.d] | named : w.p[in.d] & ~named;
      }
      rest &= ~named;
    }
  }

  private static void match(Instruction in, Warp w, int m) {
    int[] d = w.spare;
    int same = 0;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      d[lane] = 0;
      for (int other = 0; other < Warp.LANES && (m >>> lane & 1) != 0; other++) {
        boolean equal =
            in.wideA ? w.q[in.a][lane] == w.q[in.a][other] : w.r[in.a][lane] == w.r[in.a][other];
        d[lane] |= equal && (w.r[in.e][lane] >>> other & 1) != 0 ? 1 << other : 0;
      }
      boolean all = d[lane] == w.r[in.e][lane];
      same |= all ? 1 << lane : 0;
      if (in.mode.equals("all") && !all) {
        d[lane] = 0;
      }
    }
    Lanes.blend(d, w.r[in.d], m);
    if (in.other >= 0) {
      w.p[in.other] = w.p[in.other] & ~m | same & m;
    }
  }

  private static void reduce(Instruction in, Warp w, int m) {
    for (int rest = m; rest != 0; ) {
      int first = Integer.numberOfTrailingZeros(rest);
      int named = w.r[in.e][first];
      int value = w.r[in.a][first];
      for (int others = named & ~(1 << first); others != 0; others &= others - 1) {
        int b = w.r[in.a][Integer.numberOfTrailingZeros(others)];
        boolean less = in.type.signed() ? b < value : Integer.compareUnsigned(b, value) < 0;
        value =
            switch (in.mode) {
              case "add" -> value + b;
              case "min" -> less ? b : value;
              case "max" -> less ? value : b;
              case "and" -> value & b;
              case "or" -> value | b;
              default -> value ^ b;
            };
      }
      for (int lane = 0; lane < Warp.LANES; lane++) {
        w.spare[lane] = value;
      }
      Lanes.blend(w.spare, w.r[in.d], named);
      rest &= ~named;
    }
  }
}
