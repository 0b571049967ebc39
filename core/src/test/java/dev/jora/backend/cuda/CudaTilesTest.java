package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.Buffer;
import dev.jora.backend.Product;
import dev.jora.backend.Room;
import dev.jora.backend.Rows;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.bench.RandomBlocks;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How products of prompts are cut, and that nobody can tell. */
class CudaTilesTest {
  private static final int ROWS = 20;

  @Test
  void partsAreOfTheMatrixAlone() {
    for (int rows : new int[] {1, 127, 128, 576, 1024, 4096, 14336, 151936}) {
      for (int k : new int[] {1, 32, 576, 1536, 2048, 2080, 4096, 14336, 28672}) {
        int part = CudaTiles.part(rows, k);
        assertEquals(0, part % 128, "whole steps");
        assertTrue(part >= Math.min(k, 1024), rows + " x " + k + ": " + part);
        int count = Math.ceilDiv(k, part);
        long blocks = Math.ceilDiv(rows, 128) * (long) count;
        assertTrue(count == 1 || blocks < 256, "no more than needed: " + blocks);
        for (int n : new int[] {1, 9, 33, 64, 200, 512, 2048}) {
          for (int processors : new int[] {8, 28, 108, 132}) {
            assertEquals(part, CudaTiles.cut(rows, k, n, 1, true, processors).part());
          }
        }
      }
    }
  }

  @Test
  void tilesAreAsWideAsTheirColumns() {
    assertEquals(32, CudaTiles.cut(4096, 4096, 9, 1, true, 108).width());
    assertEquals(32, CudaTiles.cut(4096, 4096, 32, 1, true, 108).width());
    assertEquals(64, CudaTiles.cut(14336, 4096, 64, 1, true, 108).width());
    assertEquals(128, CudaTiles.cut(14336, 4096, 512, 1, true, 108).width());
    assertEquals(32, CudaTiles.cut(768, 2048, 20, 128, false, 108).width(), "experts");
  }

  @Test
  void partsHaveTheirOwnBlocksWhereOthersAreFew() {
    assertTrue(CudaTiles.cut(1024, 4096, 32, 1, true, 108).split());
    assertTrue(CudaTiles.cut(4096, 14336, 32, 1, true, 108).split());
    assertFalse(CudaTiles.cut(14336, 4096, 2048, 1, true, 108).split(), "enough without");
    assertFalse(CudaTiles.cut(1024, 1024, 32, 1, true, 108).split(), "one part");
    assertFalse(CudaTiles.cut(768, 14336, 8, 4, false, 108).split(), "experts");
  }

  /** Few columns in parts, more of them not; tiles of all widths. */
  @ParameterizedTest
  @EnumSource(names = {"Q4_K", "Q8_0", "F16"})
  void companyChangesNoBit(GgmlType type) {
    int k = 2304;
    int most = 600;
    assertTrue(CudaTiles.cut(ROWS, k, 9, 1, true, 8).split(), "this is to be in parts");
    assertFalse(CudaTiles.cut(ROWS, k, most, 1, true, 8).split(), "this is not");
    float[] all = multiply(type, k, most);
    for (int n : new int[] {1, 9, 33, 70}) {
      float[] some = multiply(type, k, n);
      assertArrayEquals(Arrays.copyOf(all, some.length), some, n + " columns");
    }
  }

  private static float[] multiply(GgmlType type, int k, int n) {
    Random random = new Random(1);
    float[] x = new float[n * k];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    try (Arena arena = Arena.ofShared();
        SoftwareDriver driver = new SoftwareDriver(1, 1L << 28);
        CudaBackend backend = new CudaBackend(driver, 0);
        Room room = backend.open()) {
      MemorySegment blocks = arena.allocate(type.rowBytes(ROWS * k), 64);
      new RandomBlocks(type, 0.1, k).fill(blocks, ROWS);
      Buffer in = room.allocate(n, k);
      Buffer out = room.allocate(n, ROWS);
      backend.write(MemorySegment.ofArray(x), n, in);
      Tensor matrix = new Tensor("w", type, Shape.of(k, ROWS), blocks);
      backend.multiply(List.of(new Product(room.upload(matrix), null, out)), in, Rows.read(n));
      float[] y = new float[n * ROWS];
      backend.read(out, n, MemorySegment.ofArray(y));
      return y;
    }
  }
}
