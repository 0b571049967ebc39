package dev.jora.backend.cuda.software;

import java.util.Arrays;

/** cp.async and its waits: data arrive when they are waited for, not before. */
final class AsyncOps {
  private AsyncOps() {}

  static void run(Instruction in, Warp w, int m) {
    switch (in.op) {
      case CP_ASYNC -> copy(in, w, m);
      case CP_COMMIT -> w.copies.commit(m);
      case CP_WAIT -> w.copies.arrive(m, in.count, w.block.shared, w.index);
      default -> w.copies.arrive(m, -1, w.block.shared, w.index);
    }
  }

  private static void copy(Instruction in, Warp w, int m) {
    long[] to = MemoryOps.addresses(in, w).clone();
    long[] from = w.addresses;
    int size = in.count;
    int reads = 0;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      from[lane] = w.q[in.b][lane] + in.valueB;
      reads |= w.r[in.c][lane] > 0 ? 1 << lane : 0;
    }
    reads &= m;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      if ((m >>> lane & 1) != 0) {
        one(in, w, lane, to[lane], from[lane], Math.min(w.r[in.c][lane], size));
      }
    }
    if (reads != 0) {
      w.block.counter.global(w.block.counts[w.at], from, reads, size);
    }
    w.block.counter.shared(w.block.counts[w.at], to, m, size);
  }

  private static void one(Instruction in, Warp w, int lane, long to, long from, int wanted) {
    int size = in.count;
    if ((to & size - 1) != 0 || wanted > 0 && (from & size - 1) != 0) {
      throw w.fault(
          in,
          lane,
          DeviceFault.MISALIGNED,
          "copies %d bytes from 0x%x to shared byte %d, not both multiples of %d"
              .formatted(size, from, to, size));
    }
    MemoryOps.inside(in, w, lane, to, size);
    int place = w.copies.add(lane, (int) to, size);
    byte[] data = w.copies.data();
    Arrays.fill(data, place, place + size, (byte) 0);
    if (wanted > 0) {
      Allocation source = MemoryOps.find(in, w, lane, from, wanted);
      int at = (int) (from - source.base);
      MemoryOps.written(in, w, lane, source, at, wanted);
      System.arraycopy(source.bytes, at, data, place, wanted);
    }
    String wrong = w.block.shared.begin((int) to, size, w.index);
    if (wrong != null) {
      throw w.fault(in, lane, DeviceFault.LAUNCH_FAILED, wrong);
    }
  }
}
