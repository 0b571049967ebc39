package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.software.PtxKernel.Constant;
import dev.jora.backend.cuda.software.PtxKernel.Special;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The values that a launch's warps share, and which of their registers are their own. */
final class Values {
  private final Launch launch;
  private final int[][] ints;
  private final long[][] longs;
  private final int[] ownInts;
  private final int[] ownLongs;

  Values(Launch launch) {
    PtxKernel kernel = launch.kernel();
    this.launch = launch;
    this.ints = new int[kernel.ints()][];
    this.longs = new long[kernel.longs()][];
    ints[0] = new int[Warp.LANES];
    longs[0] = new long[Warp.LANES];
    for (Constant constant : kernel.constants()) {
      long value = constant.value();
      if (constant.symbol() != null) {
        Long address = launch.symbols().get(constant.symbol());
        if (address == null) {
          throw new PtxException(
              "%s names %s, which is not in its module"
                  .formatted(kernel.name(), constant.symbol()));
        }
        value += address;
      }
      if (constant.type() == Type.B64) {
        longs[constant.slot()] = new long[Warp.LANES];
        Arrays.fill(longs[constant.slot()], value);
      } else if (constant.type() == Type.B32) {
        ints[constant.slot()] = new int[Warp.LANES];
        Arrays.fill(ints[constant.slot()], (int) value);
      }
    }
    this.ownInts = IntStream.range(0, ints.length).filter(i -> ints[i] == null).toArray();
    this.ownLongs = IntStream.range(0, longs.length).filter(i -> longs[i] == null).toArray();
  }

  int[] ownInts() {
    return ownInts;
  }

  int[] ownLongs() {
    return ownLongs;
  }

  void share(Warp warp) {
    System.arraycopy(ints, 0, warp.r, 0, ints.length);
    System.arraycopy(longs, 0, warp.q, 0, longs.length);
  }

  void predicates(Warp warp) {
    Arrays.fill(warp.p, 0);
    for (Constant constant : launch.kernel().constants()) {
      if (constant.type() == Type.PRED && constant.value() != 0) {
        warp.p[constant.slot()] = Warp.ALL;
      }
    }
  }

  void specials(Warp warp) {
    for (Special special : launch.kernel().specials()) {
      int[] to = warp.r[special.slot()];
      int first = special(special.name(), warp, 0);
      boolean same = !special.name().startsWith("%tid") && !special.name().startsWith("%lane");
      Arrays.fill(to, first);
      for (int lane = 1; lane < Warp.LANES && !same; lane++) {
        to[lane] = special(special.name(), warp, lane);
      }
    }
  }

  private int special(String name, Warp warp, int lane) {
    Block block = warp.block;
    return switch (name) {
      case "%tid.x" -> Warp.LANES * warp.index + lane;
      case "%tid.y", "%tid.z", "%smid" -> 0;
      case "%ntid.x" -> launch.threads();
      case "%ntid.y", "%ntid.z" -> 1;
      case "%ctaid.x" -> block.blockX;
      case "%ctaid.y" -> block.blockY;
      case "%ctaid.z" -> block.blockZ;
      case "%nctaid.x" -> launch.grid().x();
      case "%nctaid.y" -> launch.grid().y();
      case "%nctaid.z" -> launch.grid().z();
      case "%laneid" -> lane;
      case "%warpid" -> warp.index;
      case "%nwarpid" -> (launch.threads() + Warp.LANES - 1) / Warp.LANES;
      case "WARP_SZ" -> Warp.LANES;
      case "%lanemask_eq" -> 1 << lane;
      case "%lanemask_lt" -> (1 << lane) - 1;
      case "%lanemask_le" -> (1 << lane) - 1 | 1 << lane;
      case "%lanemask_gt" -> ~((1 << lane) - 1 | 1 << lane);
      case "%lanemask_ge" -> -(1 << lane);
      case "%dynamic_smem_size" -> launch.dynamic();
      case "%total_smem_size" -> launch.kernel().sharedBytes() + launch.dynamic();
      default -> throw new PtxException("the software device has no register " + name);
    };
  }
}
