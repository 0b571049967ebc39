package dev.jora.convert.packed;

import dev.jora.convert.source.SourceTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Rows of AWQ's layouts. */
final class AwqRows {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final Packing NIBBLES = new Packing(4, true);

  /** Where in a word of gemm output j of its eight lies, in nibbles. */
  private static final int[] NIBBLE = {0, 4, 1, 5, 2, 6, 3, 7};

  private AwqRows() {}

  /** What rows are made of. */
  record Sources(
      SourceTensor weight,
      SourceTensor zeros,
      SourceTensor scales,
      long outputs,
      long inputs,
      long size) {}

  /** Eight rows at a time: the word of an input has the numbers of eight outputs. */
  static Rows gemm(Sources from, Arena arena) {
    MemorySegment words = from.weight.read(arena);
    MemorySegment zeros = from.zeros.read(arena);
    Numbers scales = new Numbers(from.scales, arena);
    int inputs = Math.toIntExact(from.inputs);
    int size = Math.toIntExact(from.size);
    long stride = from.outputs / 8 * Integer.BYTES;
    return (first, to) -> {
      long column = first / 8 * Integer.BYTES;
      float[] scale = new float[8];
      int[] zero = new int[8];
      for (int g = 0; g < inputs / size; g++) {
        int stored = zeros.get(Packing.WORD, g * stride + column);
        for (int j = 0; j < 8; j++) {
          scale[j] = scales.get(g * from.outputs + first + j);
          zero[j] = stored >>> 4 * NIBBLE[j] & 15;
        }
        for (int i = g * size; i < (g + 1) * size; i++) {
          int word = words.get(Packing.WORD, i * stride + column);
          for (int j = 0; j < 8; j++) {
            to[j * inputs + i] = scale[j] * ((word >>> 4 * NIBBLE[j] & 15) - zero[j]);
          }
        }
      }
    };
  }

  /** Row by row, in plain order. */
  static Rows gemv(Sources from, Arena arena) {
    MemorySegment words = from.weight.read(arena);
    MemorySegment zeros = from.zeros.read(arena);
    Numbers scales = new Numbers(from.scales, arena);
    int size = Math.toIntExact(from.size);
    int[] q = new int[Math.toIntExact(from.inputs)];
    long width = from.zeros.shape()[1];
    return (row, to) -> {
      NIBBLES.read(words, row * q.length / 2, Integer.BYTES, q.length, q);
      for (int g = 0; g < q.length / size; g++) {
        float scale = scales.get(row * 8 * width + g);
        int zero = NIBBLES.one(zeros, row * width * Integer.BYTES, Integer.BYTES, g);
        for (int i = g * size; i < (g + 1) * size; i++) {
          to[i] = scale * (q[i] - zero);
        }
      }
    };
  }

  /** Four rows at a time: they lie in blocks of 4 by 64. */
  static Rows fast(Sources from, Arena arena) {
    MemorySegment words = from.weight.read(arena);
    Numbers zeros = new Numbers(from.zeros, arena);
    Numbers scales = new Numbers(from.scales, arena);
    int inputs = Math.toIntExact(from.inputs);
    int size = Math.toIntExact(from.size);
    return (first, to) -> {
      for (int a = 0; a < 4; a++) {
        for (int block = 0; block < inputs; block += 64) {
          // Words of four numbers: those of row a are 16 words within the block.
          long at = (first / 4 * inputs + block + a * 16L) * Short.BYTES;
          for (int k = 0; k < 64; k++) {
            int q = words.get(SHORT, at + k / 4 * Short.BYTES) >>> k % 4 * 4 & 15;
            to[a * inputs + block + k / 32 * 32 + input(k % 32)] = q;
          }
        }
        for (int g = 0; g < inputs / size; g++) {
          long at = g * from.outputs + first + a;
          float scale = scales.get(at);
          float zero = zeros.get(at);
          for (int i = a * inputs + g * size; i < a * inputs + (g + 1) * size; i++) {
            to[i] = to[i] * scale + zero;
          }
        }
      }
    };
  }

  /** Which of 32 inputs stands at place n. */
  private static int input(int n) {
    return n % 4 * 8 + n / 8 * 2 + n % 8 / 4;
  }
}
