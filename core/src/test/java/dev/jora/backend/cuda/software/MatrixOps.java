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

  private static void bytes(Instruction in, Warp w) {
    int k = depth(in);
    boolean unsignedA = in.from == Type.U8;
    boolean unsignedB = in.other == 1;
    int[] a = new int[ROWS * k];
    int[] b = new int[COLUMNS * k];
    for (int lane = 0; lane < Warp.LANES; lane++) {
      int group = lane >> 2;
      int four = 4 * (lane & 3);
      for (int i = 0; i < k / 2; i++) {
        int row = group + 8 * (i / 4 % 2);
        a[row * k + four + i % 4 + 16 * (i / 8)] =
            value(w.r[in.listA[i / 4]][lane] >> 8 * (i % 4), unsignedA);
      }
      for (int i = 0; i < k / 4; i++) {
        b[group * k + four + i % 4 + 16 * (i / 4)] =
            value(w.r[in.listB[i / 4]][lane] >> 8 * (i % 4), unsignedB);
      }
    }
    int[][] d = new int[4][Warp.LANES];
    for (int lane = 0; lane < Warp.LANES; lane++) {
      for (int i = 0; i < 4; i++) {
        int row = ((lane >> 2) + 8 * (i >> 1)) * k;
        int column = (2 * (lane & 3) + (i & 1)) * k;
        int sum = w.r[in.listC[i]][lane];
        for (int j = 0; j < k; j++) {
          sum += a[row + j] * b[column + j];
        }
        d[i][lane] = sum;
      }
    }
    for (int i = 0; i < 4; i++) {
      Lanes.blend(d[i], w.r[in.list[i]], Warp.ALL);
    }
  }

  private static int value(int bits, boolean unsigned) {
    return unsigned ? bits & 255 : (byte) bits;
  }

  private static void halves(Instruction in, Warp w) {
    int k = depth(in);
    boolean bf16 = in.from == Type.BF16;
    float[] a = new float[ROWS * k];
    float[] b = new float[COLUMNS * k];
    for (int lane = 0; lane < Warp.LANES; lane++) {
      int group = lane >> 2;
      int two = 2 * (lane & 3);
      for (int i = 0; i < k / 2; i++) {
        int row = group + 8 * (i / 2 % 2);
        a[row * k + two + i % 2 + 8 * (i / 4)] =
            Half.decode(w.r[in.listA[i / 2]][lane] >>> 16 * (i % 2) & 0xffff, bf16);
      }
      for (int i = 0; i < k / 4; i++) {
        b[group * k + two + i % 2 + 8 * (i / 2)] =
            Half.decode(w.r[in.listB[i / 2]][lane] >>> 16 * (i % 2) & 0xffff, bf16);
      }
    }
    boolean packed = in.type == Type.F16;
    float[][] d = new float[4][Warp.LANES];
    for (int lane = 0; lane < Warp.LANES; lane++) {
      for (int i = 0; i < 4; i++) {
        int row = ((lane >> 2) + 8 * (i >> 1)) * k;
        int column = (2 * (lane & 3) + (i & 1)) * k;
        float sum =
            packed
                ? Half.decode(w.r[in.listC[i / 2]][lane] >>> 16 * (i % 2) & 0xffff, false)
                : Float.intBitsToFloat(w.r[in.listC[i]][lane]);
        for (int j = 0; j < k; j++) {
          sum = Math.fma(a[row + j], b[column + j], sum);
        }
        d[i][lane] = sum;
      }
    }
    for (int lane = 0; lane < Warp.LANES; lane++) {
      for (int i = 0; i < 4; i++) {
        if (!packed) {
          w.r[in.list[i]][lane] = Float.floatToRawIntBits(d[i][lane]);
        } else if (i % 2 == 0) {
          w.r[in.list[i / 2]][lane] =
              Half.encode(d[i][lane], false) | Half.encode(d[i + 1][lane], false) << 16;
        }
      }
    }
  }
}
