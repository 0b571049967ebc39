package dev.jora.backend.cuda.software;

/** Atomics: lane after lane, so that a block's result is the same every time. */
final class AtomicOps {
  private AtomicOps() {}

  static void run(Instruction in, Warp w, int m) {
    long[] address = MemoryOps.addresses(in, w);
    int size = in.type.bytes();
    for (int lane = 0; lane < Warp.LANES; lane++) {
      if ((m >>> lane & 1) != 0) {
        long at = address[lane];
        if ((at & size - 1) != 0) {
          throw w.fault(
              in,
              lane,
              DeviceFault.MISALIGNED,
              "changes %d bytes at 0x%x, which is no multiple of %d".formatted(size, at, size));
        }
        Space space = in.space == Space.GENERIC ? Space.of(at) : in.space;
        if (in.space == Space.GENERIC) {
          at -= space.window();
        }
        if (space == Space.SHARED) {
          shared(in, w, lane, at, size);
        } else {
          global(in, w, lane, at, size);
        }
      }
    }
  }

  private static void shared(Instruction in, Warp w, int lane, long at, int size) {
    MemoryOps.inside(in, w, lane, at, size);
    String wrong = w.block.shared.atomic((int) at, size, w.index);
    if (wrong != null) {
      throw w.fault(in, lane, DeviceFault.LAUNCH_FAILED, wrong);
    }
    change(in, w, lane, w.block.shared.bytes, (int) at, size);
  }

  private static void global(Instruction in, Warp w, int lane, long address, int size) {
    Allocation to = MemoryOps.find(in, w, lane, address, size);
    int at = (int) (address - to.base);
    MemoryOps.written(in, w, lane, to, at, size);
    synchronized (to) {
      change(in, w, lane, to.bytes, at, size);
    }
    w.block.counts[w.at][1]++;
    w.block.counts[w.at][2]++;
  }

  private static void change(Instruction in, Warp w, int lane, byte[] bytes, int at, int size) {
    boolean wide = in.type.wide();
    long old = Bytes.get(bytes, at, size);
    long b = wide ? w.q[in.b][lane] : w.r[in.b][lane];
    long c = wide ? w.q[in.c][lane] : w.r[in.c][lane];
    Bytes.put(bytes, at, size, value(in, old, b, c));
    if (wide) {
      w.q[in.d][lane] = old;
    } else {
      w.r[in.d][lane] = (int) old;
    }
  }

  private static long value(Instruction in, long bits, long b, long c) {
    Type t = in.type;
    long old = t == Type.S32 ? (int) bits : bits;
    long by = t == Type.S32 || t.wide() ? b : b & 0xffffffffL;
    boolean less = t.signed() ? old < by : Long.compareUnsigned(old, by) < 0;
    return switch (in.mode) {
      case "add" -> t.real() || t.half() ? sum(t, bits, b) : old + by;
      case "min" -> less ? old : by;
      case "max" -> less ? by : old;
      case "inc" -> less ? old + 1 : 0;
      case "dec" -> old == 0 || Long.compareUnsigned(old, by) > 0 ? by : old - 1;
      case "and" -> old & by;
      case "or" -> old | by;
      case "xor" -> old ^ by;
      case "exch" -> by;
      default -> old == by ? c : old;
    };
  }

  private static long sum(Type t, long a, long b) {
    return switch (t) {
      case F32 ->
          Float.floatToRawIntBits(Float.intBitsToFloat((int) a) + Float.intBitsToFloat((int) b));
      case F64 ->
          Double.doubleToRawLongBits(Double.longBitsToDouble(a) + Double.longBitsToDouble(b));
      default -> {
        boolean bf16 = t == Type.BF16 || t == Type.BF16X2;
        int low = half((int) a & 0xffff, (int) b & 0xffff, bf16);
        int high = t.bytes() == 2 ? 0 : half((int) a >>> 16, (int) b >>> 16, bf16);
        yield low | (long) high << 16;
      }
    };
  }

  private static int half(int a, int b, boolean bf16) {
    return Half.encode((double) Half.decode(a, bf16) + Half.decode(b, bf16), bf16);
  }
}
