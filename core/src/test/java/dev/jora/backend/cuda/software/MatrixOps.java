package dev.jora.backend.cuda.software;

import java.util.List;

/** ldmatrix and mma, by all lanes: who holds which element is the PTX manual's table. */
final class MatrixOps {
  private static final int ROWS = 16;
  private static final int COLUMNS = 8;

  private MatrixOps() {}

  /** Whether the device has such a product. */
  static void check(Instruction in, List<String> parts) {
    int k = depth(in);
    boolean half = in.from == Type.F16 || in.from == Type.BF16;
    boolean bytes = in.from == Type.S8 || in.from == Type.U8;
    boolean shape = half && (k == 8 || k == 16) || bytes && (k == 16 || k == 32);
    int width = half ? 2 : 1;
    shape &= in.listA.length == k * width / 8 && in.listB.length == k * width / 16;
    boolean sum =
        half && in.type == Type.F32
            || in.from == Type.F16 && in.type == Type.F16
            || bytes && in.type == Type.S32;
    if (!in.mode.startsWith("m16n8k") || !shape || !sum || !parts.contains("row")) {
      throw new PtxException("no such product in the software device");
    }
    in.other = parts.get(8).equals("u8") ? 1 : 0;
  }

  private static int depth(Instruction in) {
    return Integer.parseInt(in.mode.substring(in.mode.indexOf('k') + 1));
  }

  static void run(Instruction in, Warp w) {
    if (in.op == Op.LDMATRIX) {
      load(in, w);
    } else if (in.type == Type.S32) {
      bytes(in, w);
    } else {
      halves(in, w);
    }
  }

  private static void load(Instruction in, Warp w) {
    long[] address = MemoryOps.addresses(in, w);
    SharedMemory shared = w.block.shared;
    for (int matrix = 0; matrix < in.list.length; matrix++) {
      int rows = 0xff << 8 * matrix;
      for (int row = 0; row < 8; row++) {
        int lane = 8 * matrix + row;
        long at = address[lane];
        if ((at & 15) != 0) {
          throw w.fault(
              in,
              lane,
              DeviceFault.MISALIGNED,
              "reads 16 bytes of shared memory at %d, which is no multiple of 16".formatted(at));
        }
        MemoryOps.inside(in, w, lane, at, 16);
        String wrong = shared.read((int) at, 16, w.index);
        if (wrong != null) {
          throw w.fault(in, lane, DeviceFault.LAUNCH_FAILED, wrong);
        }
      }
      w.block.counter.shared(w.block.counts[w.at], address, rows, 16);
      int[] d = w.spare;
      for (int lane = 0; lane < Warp.LANES; lane++) {
        int group = lane >> 2;
        int pair = lane & 3;
        if (in.mode.isEmpty()) {
          d[lane] = Bytes.getInt(shared.bytes, (int) address[8 * matrix + group] + 4 * pair);
        } else {
          int first = (int) address[8 * matrix + 2 * pair] + 2 * group;
          int second = (int) address[8 * matrix + 2 * pair + 1] + 2 * group;
          d[lane] =
              Bytes.getShort(shared.bytes, first) | Bytes.getShort(shared.bytes, second) << 16;
        }
      }
      // the address may be in a register that is written
      Lanes.blend(d, w.r[in.list[matrix]], Warp.ALL);
    }
  }

  /** Columns of B lie as rows, so that a sum goes along both. */
  private static void bytes(Instruction in, Warp w) {
    int k = depth(in);
    Tiles tiles = w.block.tiles;
    int[] a = tiles.a;
    int[] b = tiles.b;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      int at = (lane >> 2) * k + 4 * (lane & 3);
      for (int i = 0; i < in.listA.length; i++) {
        unpack(w.r[in.listA[i]][lane], in.from == Type.U8, a, at + 8 * k * (i & 1) + 16 * (i >> 1));
      }
      for (int i = 0; i < in.listB.length; i++) {
        unpack(w.r[in.listB[i]][lane], in.other == 1, b, at + 16 * i);
      }
    }
    for (int lane = 0; lane < Warp.LANES; lane++) {
      for (int i = 0; i < 4; i++) {
        int row = ((lane >> 2) + 8 * (i >> 1)) * k;
        int column = (2 * (lane & 3) + (i & 1)) * k;
        int sum = 0;
        for (int j = 0; j < k; j++) {
          sum += a[row + j] * b[column + j];
        }
        tiles.d[i][lane] = w.r[in.listC[i]][lane] + sum;
      }
    }
    for (int i = 0; i < 4; i++) {
      Lanes.blend(tiles.d[i], w.r[in.list[i]], Warp.ALL);
    }
  }

  private static void unpack(int word, boolean unsigned, int[] to, int at) {
    for (int i = 0; i < 4; i++) {
      to[at + i] = unsigned ? word >> 8 * i & 255 : (byte) (word >> 8 * i);
    }
  }

  private static void halves(Instruction in, Warp w) {
    int k = depth(in);
    boolean bf16 = in.from == Type.BF16;
    boolean packed = in.type == Type.F16;
    Tiles tiles = w.block.tiles;
    float[] a = tiles.left;
    float[] b = tiles.right;
    for (int lane = 0; lane < Warp.LANES; lane++) {
      int at = (lane >> 2) * k + 2 * (lane & 3);
      for (int i = 0; i < in.listA.length; i++) {
        unpack(w.r[in.listA[i]][lane], bf16, a, at + 8 * k * (i & 1) + 8 * (i >> 1));
      }
      for (int i = 0; i < in.listB.length; i++) {
        unpack(w.r[in.listB[i]][lane], bf16, b, at + 8 * i);
      }
    }
    for (int lane = 0; lane < Warp.LANES; lane++) {
      for (int i = 0; i < 4; i++) {
        int row = ((lane >> 2) + 8 * (i >> 1)) * k;
        int column = (2 * (lane & 3) + (i & 1)) * k;
        float sum =
            packed
                ? Half.decode(w.r[in.listC[i >> 1]][lane] >>> 16 * (i & 1) & 0xffff, false)
                : Float.intBitsToFloat(w.r[in.listC[i]][lane]);
        for (int j = 0; j < k; j++) {
          sum = Math.fma(a[row + j], b[column + j], sum);
        }
        tiles.d[i][lane] = packed ? Half.encode(sum, false) : Float.floatToRawIntBits(sum);
      }
    }
    for (int i = 0; i < 4; i++) {
      if (!packed) {
        Lanes.blend(tiles.d[i], w.r[in.list[i]], Warp.ALL);
      } else if ((i & 1) == 0) {
        for (int lane = 0; lane < Warp.LANES; lane++) {
          w.r[in.list[i >> 1]][lane] = tiles.d[i][lane] | tiles.d[i + 1][lane] << 16;
        }
      }
    }
  }

  private static void unpack(int word, boolean bf16, float[] to, int at) {
    to[at] = Half.decode(word & 0xffff, bf16);
    to[at + 1] = Half.decode(word >>> 16, bf16);
  }

  /** Room for the matrices of a product. */
  static final class Tiles {
    private static final int DEEPEST = 32;

    private final int[] a = new int[ROWS * DEEPEST];
    private final int[] b = new int[COLUMNS * DEEPEST];
    private final float[] left = new float[ROWS * DEEPEST];
    private final float[] right = new float[COLUMNS * DEEPEST];
    private final int[][] d = new int[4][Warp.LANES];
  }
}
