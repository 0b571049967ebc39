package dev.jora.backend.cuda.software;

/** A block of threads and its shared memory; a worker uses one for many blocks of a launch. */
final class Block {
  /** Jumps back that a block may make before it is held to be endless. */
  private static final long STEPS = 1L << 32;

  final Launch launch;
  final Values values;
  final SharedMemory shared;
  final Counter counter;
  final MatrixOps.Tiles tiles = new MatrixOps.Tiles();

  /** Counters of each instruction, as {@link Traffic} adds them. */
  final long[][] counts;

  /** The allocation that each instruction used last. */
  final Allocation[] near;

  int blockX;
  int blockY;
  int blockZ;

  private final Warp[] warps;
  private long steps;

  Block(Launch launch, Values values) {
    this.launch = launch;
    this.values = values;
    this.shared = new SharedMemory(launch.kernel().sharedBytes() + launch.dynamic());
    this.counter = new Counter(shared.bytes.length);
    this.counts = new long[launch.kernel().code().length][Traffic.COUNTERS];
    this.near = new Allocation[counts.length];
    this.warps = new Warp[(launch.threads() + Warp.LANES - 1) / Warp.LANES];
    for (int i = 0; i < warps.length; i++) {
      warps[i] = new Warp(this, i);
    }
  }

  void run(int x, int y, int z) {
    blockX = x;
    blockY = y;
    blockZ = z;
    steps = 0;
    shared.start();
    for (int i = 0; i < warps.length; i++) {
      warps[i].start(launch.threads() - Warp.LANES * i);
    }
    boolean alive = true;
    while (alive) {
      alive = false;
      for (Warp warp : warps) {
        warp.run();
        alive |= warp.live != 0;
      }
      if (alive) {
        release();
      }
    }
  }

  /** Lets those go on who wait at a barrier that all have reached. */
  private void release() {
    boolean any = false;
    for (int id = 0; id < 16; id++) {
      int there = 0;
      int alive = 0;
      int threads = 0;
      for (Warp warp : warps) {
        alive += Integer.bitCount(warp.live);
        for (int rest = warp.waiting; rest != 0; rest &= rest - 1) {
          int lane = Integer.numberOfTrailingZeros(rest);
          if (warp.barrier[lane] == id) {
            there++;
            threads = warp.barrierThreads[lane];
          }
        }
      }
      if (there > 0 && there >= (threads == 0 ? alive : threads)) {
        open(id);
        any = true;
      }
    }
    if (!any) {
      stuck();
    }
    shared.barrier();
  }

  private void open(int id) {
    int hold = 0;
    int threads = 0;
    for (Warp warp : warps) {
      if (warp.reduction != null) {
        hold += Integer.bitCount(warp.reductionTrue);
        threads += Integer.bitCount(warp.waiting);
      }
    }
    for (Warp warp : warps) {
      int through = 0;
      for (int rest = warp.waiting; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        through |= warp.barrier[lane] == id ? 1 << lane : 0;
      }
      warp.waiting &= ~through;
      if (warp.reduction != null && through != 0) {
        reduce(warp, through, hold, threads);
        warp.reduction = null;
      }
    }
  }

  private static void reduce(Warp warp, int lanes, int hold, int threads) {
    Instruction in = warp.reduction;
    if (in.mode.equals("popc")) {
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        warp.r[in.d][Integer.numberOfTrailingZeros(rest)] = hold;
      }
    } else {
      boolean result = in.mode.equals("or") ? hold > 0 : hold == threads;
      warp.p[in.d] = result ? warp.p[in.d] | lanes : warp.p[in.d] & ~lanes;
    }
  }

  private void stuck() {
    for (Warp warp : warps) {
      if (warp.waiting != 0) {
        Instruction in = launch.kernel().code()[warp.at];
        throw warp.fault(
            in,
            Integer.numberOfTrailingZeros(warp.waiting),
            DeviceFault.LAUNCH_FAILED,
            "waits at a barrier that the others never reach");
      }
    }
  }

  void steps(Warp warp, Instruction in) {
    if (++steps == STEPS) {
      throw warp.fault(in, 0, DeviceFault.LAUNCH_FAILED, "loops without end");
    }
  }
}
