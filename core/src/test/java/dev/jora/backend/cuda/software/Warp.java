package dev.jora.backend.cuda.software;

import java.util.Arrays;

/**
 * 32 threads that step together. A register is an array of 32 values, a predicate a bit for each
 * lane. Every lane has its own place in the code; of those that can go on, the ones at the lowest
 * place do.
 */
final class Warp {
  static final int LANES = 32;
  static final int ALL = -1;

  final Block block;
  final int index;

  /** Registers of 32 bits, of 64 bits, and predicates. */
  final int[][] r;

  final long[][] q;
  final int[] p;

  /** Local memory, a lane after the other. */
  final byte[] local;

  // where units put results of some lanes, and widen operands
  final int[] spare = new int[LANES];
  final int[] x = new int[LANES];
  final int[] y = new int[LANES];
  final int[] z = new int[LANES];
  final long[] spareLong = new long[LANES];
  final long[] addresses = new long[LANES];
  final AsyncCopies copies = new AsyncCopies();

  /** Index of the instruction at work. */
  int at;

  private boolean used;
  private final int[] pcs = new int[LANES];
  private final CallStack calls = new CallStack();

  /** Lanes that have not ended, and of them those that wait at a barrier, or for other lanes. */
  int live;

  int waiting;
  private int parked;

  /** For lanes that wait: the barrier's number and threads, 0 being all. */
  final int[] barrier = new int[LANES];

  final int[] barrierThreads = new int[LANES];

  /** The reduction that lanes wait in, and those for which its operand is true. */
  Instruction reduction;

  int reductionTrue;

  Warp(Block block, int index) {
    PtxKernel kernel = block.launch.kernel();
    this.block = block;
    this.index = index;
    this.r = new int[kernel.ints()][];
    this.q = new long[kernel.longs()][];
    this.p = new int[kernel.predicates()];
    this.local = new byte[LANES * kernel.localBytes()];
    block.values.share(this);
    for (int i = 0; i < r.length; i++) {
      r[i] = r[i] == null ? new int[LANES] : r[i];
    }
    for (int i = 0; i < q.length; i++) {
      q[i] = q[i] == null ? new long[LANES] : q[i];
    }
  }

  /** Begins a block. */
  void start(int lanes) {
    Values values = block.values;
    if (used) {
      for (int slot : values.ownInts()) {
        Arrays.fill(r[slot], 0);
      }
      for (int slot : values.ownLongs()) {
        Arrays.fill(q[slot], 0);
      }
    }
    used = true;
    values.predicates(this);
    live = lanes >= LANES ? ALL : (1 << Math.max(lanes, 0)) - 1;
    waiting = 0;
    parked = 0;
    reduction = null;
    Arrays.fill(pcs, block.launch.kernel().entry());
    calls.clear();
    copies.clear();
    values.specials(this);
  }

  /** Goes on until all lanes have ended or wait at a barrier. */
  void run() {
    while (true) {
      int ready = live & ~waiting & ~parked;
      if (ready == 0) {
        if (parked == 0) {
          return;
        }
        wake();
        continue;
      }
      int pc = Integer.MAX_VALUE;
      int limit = Integer.MAX_VALUE;
      int mask = 0;
      for (int rest = ready; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        int own = pcs[lane];
        if (own < pc) {
          limit = pc;
          pc = own;
          mask = 1 << lane;
        } else if (own == pc) {
          mask |= 1 << lane;
        } else if (own < limit) {
          limit = own;
        }
      }
      advance(pc, mask, limit);
    }
  }

  /** Takes lanes on from a place until they part, stop, or come to where others are. */
  private void advance(int from, int lanes, int limit) {
    Instruction[] code = block.launch.kernel().code();
    long[][] counts = block.counts;
    int pc = from;
    int mask = lanes;
    while (pc < limit) {
      Instruction in = code[pc];
      at = pc;
      int m = mask;
      if (in.guard >= 0) {
        m &= in.negated ? ~p[in.guard] : p[in.guard];
      }
      counts[pc][0] += Integer.bitCount(mask);
      pc++;
      if (m == 0) {
        continue;
      }
      switch (in.unit) {
        case INT -> IntOps.run(in, this, m);
        case FLOAT -> FloatOps.run(in, this, m);
        case MEMORY -> MemoryOps.run(in, this, m);
        case MOVE -> MoveOps.run(in, this, m);
        case CONVERT -> ConvertOps.run(in, this, m);
        case LONG -> LongOps.run(in, this, m);
        case COMPARE -> CompareOps.run(in, this, m);
        case SHORT -> IntOps.runShort(in, this, m);
        case HALF -> HalfOps.run(in, this, m);
        case DOUBLE -> DoubleOps.run(in, this, m);
        case PREDICATE -> CompareOps.predicate(in, this, m);
        case ATOMIC -> AtomicOps.run(in, this, m);
        case ASYNC -> AsyncOps.run(in, this, m);
        case WARP, MATRIX -> {
          if (!together(in, m)) {
            place(mask & ~m, pc);
            return;
          }
          if (joined != m) {
            // those that waited come along
            place(mask | joined, pc);
            return;
          }
        }
        case CONTROL -> {
          if (in.op == Op.BRA && m == mask) {
            pc = in.target;
            if (pc <= at) {
              block.steps(this, in);
            }
          } else if (in.op != Op.NOP) {
            place(mask, pc);
            control(in, m);
            return;
          }
        }
      }
    }
    place(mask, pc);
  }

  private void place(int lanes, int pc) {
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      pcs[Integer.numberOfTrailingZeros(rest)] = pc;
    }
  }

  private void control(Instruction in, int m) {
    switch (in.op) {
      case BRA -> {
        place(m, in.target);
        if (in.target <= at) {
          block.steps(this, in);
        }
      }
      case EXIT -> live &= ~m;
      case CALL -> {
        for (int rest = m; rest != 0; rest &= rest - 1) {
          int lane = Integer.numberOfTrailingZeros(rest);
          if (!calls.push(lane, at + 1)) {
            throw fault(in, lane, DeviceFault.LAUNCH_FAILED, "calls too deep");
          }
          pcs[lane] = in.target;
        }
      }
      case RETURN -> {
        for (int rest = m; rest != 0; rest &= rest - 1) {
          int lane = Integer.numberOfTrailingZeros(rest);
          pcs[lane] = calls.pop(lane);
        }
      }
      case BAR, BAR_RED -> {
        waiting |= m;
        for (int rest = m; rest != 0; rest &= rest - 1) {
          int lane = Integer.numberOfTrailingZeros(rest);
          barrier[lane] = r[in.b][lane];
          barrierThreads[lane] = in.c == 0 ? 0 : r[in.c][lane];
        }
        if (in.op == Op.BAR_RED) {
          reductionTrue = reduction == null ? p[in.a] & m : reductionTrue | p[in.a] & m;
          reduction = in;
        }
      }
      default ->
          throw fault(in, Integer.numberOfTrailingZeros(m), DeviceFault.LAUNCH_FAILED, "trap");
    }
  }

  private int joined;

  /**
   * Does what wants several lanes when all are there; else those that are wait.
   *
   * @return whether it was done, for {@link #joined}
   */
  private boolean together(Instruction in, int m) {
    int here = m;
    for (int rest = parked; rest != 0; rest &= rest - 1) {
      int lane = Integer.numberOfTrailingZeros(rest);
      here |= pcs[lane] == at ? 1 << lane : 0;
    }
    int wanted = WarpOps.wanted(in, this, here);
    if (in.op == Op.WARPSYNC) {
      wanted &= live;
    }
    if ((wanted & ~here) != 0) {
      parked |= m;
      place(m, at);
      return false;
    }
    parked &= ~here;
    joined = here;
    if (in.unit == Unit.MATRIX) {
      MatrixOps.run(in, this);
    } else {
      WarpOps.run(in, this, here);
    }
    return true;
  }

  /** Nobody can come any more: goes on at a warp's barrier that lacks only ended lanes. */
  private void wake() {
    for (int rest = parked; rest != 0; rest &= rest - 1) {
      int first = Integer.numberOfTrailingZeros(rest);
      at = pcs[first];
      int here = 0;
      for (int others = parked; others != 0; others &= others - 1) {
        int lane = Integer.numberOfTrailingZeros(others);
        here |= pcs[lane] == at ? 1 << lane : 0;
      }
      Instruction in = block.launch.kernel().code()[at];
      int wanted = WarpOps.wanted(in, this, here);
      if (in.op == Op.WARPSYNC && (wanted & live & ~here) == 0) {
        parked &= ~here;
        place(here, at + 1);
        return;
      }
    }
    int lane = Integer.numberOfTrailingZeros(parked);
    at = pcs[lane];
    Instruction in = block.launch.kernel().code()[at];
    int wanted = WarpOps.wanted(in, this, 1 << lane);
    int here = 0;
    for (int i = 0; i < LANES; i++) {
      here |= (parked >>> i & 1) != 0 && pcs[i] == at ? 1 << i : 0;
    }
    int missing = Integer.numberOfTrailingZeros(wanted & ~here);
    throw fault(
        in,
        lane,
        DeviceFault.LAUNCH_FAILED,
        "'%s' wants lanes 0x%08x, but lanes 0x%08x are there: lane %d %s"
            .formatted(
                in.text,
                wanted,
                here,
                missing,
                (live >>> missing & 1) == 0 ? "has ended" : "is elsewhere"));
  }

  /** What a lane did wrong. */
  DeviceFault fault(Instruction in, int lane, int code, String what) {
    return new DeviceFault(
        code,
        block.launch.kernel().name(),
        in.place,
        "block (%d, %d, %d), thread %d"
            .formatted(block.blockX, block.blockY, block.blockZ, LANES * index + lane),
        what);
  }
}
