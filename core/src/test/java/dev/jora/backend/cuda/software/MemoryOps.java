package dev.jora.backend.cuda.software;

import java.util.Arrays;

/** Loads and stores. */
final class MemoryOps {
  private MemoryOps() {}

  static void run(Instruction in, Warp w, int m) {
    switch (in.op) {
      case LDPARAM -> parameter(in, w, m);
      case COPY -> copy(in, w, m);
      default -> access(in, w, m);
    }
  }

  /** The addresses that lanes name, in their space or generic. */
  static long[] addresses(Instruction in, Warp w) {
    long[] to = w.addresses;
    if (in.wideA) {
      long[] a = w.q[in.a];
      for (int i = 0; i < Warp.LANES; i++) {
        to[i] = a[i] + in.value;
      }
    } else {
      int[] a = w.r[in.a];
      for (int i = 0; i < Warp.LANES; i++) {
        to[i] = (a[i] & 0xffffffffL) + in.value;
      }
    }
    return to;
  }

  private static void parameter(Instruction in, Warp w, int m) {
    byte[] params = w.block.launch.params();
    long[] address = addresses(in, w);
    int size = in.type.bytes();
    int alone = in.a == 0 && m == Warp.ALL ? 1 : Warp.LANES;
    for (int lane = 0; lane < alone; lane++) {
      if ((m >>> lane & 1) != 0) {
        long at = address[lane];
        if (at < 0 || at + (long) size * in.list.length > params.length) {
          throw w.fault(
              in,
              lane,
              DeviceFault.ILLEGAL_ADDRESS,
              "reads parameter byte %d of %d".formatted(at, params.length));
        }
        for (int j = 0; j < in.list.length; j++) {
          set(in, w, j, lane, Bytes.get(params, (int) at + j * size, size));
        }
      }
    }
    // all have the first lane's
    for (int j = 0; j < in.list.length && alone == 1; j++) {
      if (in.wideList) {
        Arrays.fill(w.q[in.list[j]], w.q[in.list[j]][0]);
      } else {
        Arrays.fill(w.r[in.list[j]], w.r[in.list[j]][0]);
      }
    }
  }

  private static void copy(Instruction in, Warp w, int m) {
    int bytes = w.local.length / Warp.LANES;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      if ((m >>> lane & 1) != 0) {
        int base = lane * bytes;
        System.arraycopy(w.local, base + (int) in.value, w.local, base + (int) in.valueB, in.count);
      }
    }
  }

  /** The value of a register of a list, as bits. */
  private static long get(Instruction in, Warp w, int j, int lane) {
    return in.wideList ? w.q[in.list[j]][lane] : w.r[in.list[j]][lane];
  }

  private static void set(Instruction in, Warp w, int j, int lane, long bits) {
    long value =
        switch (in.type) {
          case S8 -> (byte) bits;
          case S16 -> (short) bits;
          case S32 -> (int) bits;
          default -> bits;
        };
    if (in.wideList) {
      w.q[in.list[j]][lane] = value;
    } else {
      w.r[in.list[j]][lane] = (int) value;
    }
  }

  private static void access(Instruction in, Warp w, int m) {
    long[] address = addresses(in, w);
    int size = in.type.bytes() * in.list.length;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      if ((m >>> lane & 1) != 0 && (address[lane] & size - 1) != 0) {
        throw w.fault(
            in,
            lane,
            DeviceFault.MISALIGNED,
            "%s %d bytes at 0x%x, which is no multiple of %d"
                .formatted(verb(in), size, address[lane], size));
      }
    }
    switch (in.space) {
      case GLOBAL, CONST -> global(in, w, m, address, size);
      case SHARED -> shared(in, w, m, address, size);
      case LOCAL -> local(in, w, m, address, size);
      case GENERIC -> generic(in, w, m, address, size);
    }
  }

  /** Lanes may be in different spaces. */
  private static void generic(Instruction in, Warp w, int m, long[] address, int size) {
    int inShared = 0;
    int inLocal = 0;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      Space space = Space.of(address[lane]);
      inShared |= space == Space.SHARED ? 1 << lane : 0;
      inLocal |= space == Space.LOCAL ? 1 << lane : 0;
      address[lane] -= space.window();
    }
    if ((m & inShared) != 0) {
      shared(in, w, m & inShared, address, size);
    }
    if ((m & inLocal) != 0) {
      local(in, w, m & inLocal, address, size);
    }
    int rest = m & ~inShared & ~inLocal;
    if (rest != 0) {
      global(in, w, rest, address, size);
    }
  }

  private static String verb(Instruction in) {
    return in.op == Op.LD ? "reads" : in.op == Op.ST ? "writes" : "changes";
  }

  /** What holds a lane's bytes of global memory. */
  static Allocation find(Instruction in, Warp w, int lane, long address, int size) {
    Allocation[] known = w.block.near;
    Allocation near = known[w.at];
    if (near == null || !near.holds(address, size)) {
      DeviceMemory memory = w.block.launch.memory();
      near = memory.find(address, size);
      if (near == null) {
        throw w.fault(
            in,
            lane,
            DeviceFault.ILLEGAL_ADDRESS,
            "%s %d bytes at 0x%x, %s"
                .formatted(verb(in), size, address, memory.describe(address + size - 1)));
      }
      known[w.at] = near;
    }
    return near;
  }

  /** Sees that somebody wrote a lane's bytes. */
  static void written(Instruction in, Warp w, int lane, Allocation from, int at, int size) {
    byte[] known = from.written;
    if (known == null || Bytes.all(known, at, size, (byte) 1)) {
      return;
    }
    throw w.fault(
        in,
        lane,
        DeviceFault.LAUNCH_FAILED,
        "%s %d bytes at 0x%x that nobody wrote: %d bytes into allocation %s of %d bytes"
            .formatted(verb(in), size, from.base + at, at, from.name, from.bytes.length));
  }

  private static void global(Instruction in, Warp w, int m, long[] address, int size) {
    if (in.space != Space.CONST) {
      w.block.counter.global(w.block.counts[w.at], address, m, size);
    }
    boolean load = in.op == Op.LD;
    int one = in.type.bytes();
    boolean words = one == 4 && !in.wideList;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      if ((m >>> lane & 1) != 0) {
        Allocation from = find(in, w, lane, address[lane], size);
        int at = (int) (address[lane] - from.base);
        if (load) {
          written(in, w, lane, from, at, size);
          load(in, w, lane, from.bytes, at, one, words);
        } else {
          store(in, w, lane, from.bytes, at, one, words);
          byte[] known = from.written;
          if (known != null) {
            Bytes.fill(known, at, size, (byte) 1);
          }
        }
      }
    }
  }

  private static void load(
      Instruction in, Warp w, int lane, byte[] bytes, int at, int one, boolean words) {
    int[] list = in.list;
    for (int j = 0; j < list.length; j++) {
      if (words) {
        w.r[list[j]][lane] = Bytes.getInt(bytes, at + 4 * j);
      } else {
        set(in, w, j, lane, Bytes.get(bytes, at + j * one, one));
      }
    }
  }

  private static void store(
      Instruction in, Warp w, int lane, byte[] bytes, int at, int one, boolean words) {
    int[] list = in.list;
    for (int j = 0; j < list.length; j++) {
      if (words) {
        Bytes.putInt(bytes, at + 4 * j, w.r[list[j]][lane]);
      } else {
        Bytes.put(bytes, at + j * one, one, get(in, w, j, lane));
      }
    }
  }

  /** Sees that shared memory has a lane's bytes. */
  static void inside(Instruction in, Warp w, int lane, long address, int size) {
    int length = w.block.shared.bytes.length;
    if (address < 0 || address + size > length) {
      throw w.fault(
          in,
          lane,
          DeviceFault.ILLEGAL_ADDRESS,
          "%s %d bytes of shared memory at %d, of %d".formatted(verb(in), size, address, length));
    }
  }

  private static void shared(Instruction in, Warp w, int m, long[] address, int size) {
    SharedMemory shared = w.block.shared;
    boolean load = in.op == Op.LD;
    int one = in.type.bytes();
    boolean words = one == 4 && !in.wideList;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      if ((m >>> lane & 1) != 0) {
        inside(in, w, lane, address[lane], size);
        int at = (int) address[lane];
        String wrong = load ? shared.read(at, size, w.index) : shared.write(at, size, w.index);
        if (wrong != null) {
          throw w.fault(in, lane, DeviceFault.LAUNCH_FAILED, wrong);
        }
        if (load) {
          load(in, w, lane, shared.bytes, at, one, words);
        } else {
          store(in, w, lane, shared.bytes, at, one, words);
        }
      }
    }
    w.block.counter.shared(w.block.counts[w.at], address, m, size);
  }

  private static void local(Instruction in, Warp w, int m, long[] address, int size) {
    int each = w.local.length / Warp.LANES;
    int one = in.type.bytes();
    for (int lane = 0; lane < Warp.LANES; lane++) {
      if ((m >>> lane & 1) != 0) {
        if (address[lane] < 0 || address[lane] + size > each) {
          throw w.fault(
              in,
              lane,
              DeviceFault.ILLEGAL_ADDRESS,
              "%s %d bytes of local memory at %d, of %d"
                  .formatted(verb(in), size, address[lane], each));
        }
        int at = lane * each + (int) address[lane];
        if (in.op == Op.LD) {
          load(in, w, lane, w.local, at, one, false);
        } else {
          store(in, w, lane, w.local, at, one, false);
        }
      }
    }
  }
}
