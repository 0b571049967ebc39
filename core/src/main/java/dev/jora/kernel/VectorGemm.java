package dev.jora.kernel;

import static dev.jora.kernel.Vectors.F;
import static dev.jora.kernel.Vectors.LANES;
import static dev.jora.kernel.Vectors.load;
import static dev.jora.kernel.Vectors.loadFloat;
import static dev.jora.kernel.Vectors.store;
import static dev.jora.kernel.Vectors.storeFloat;
import static dev.jora.kernel.Vectors.sums;

import jdk.incubator.vector.FloatVector;

/**
 * Products for several tokens: a band of weight rows is decoded once into scratch, and a tile of 4
 * rows × 4 tokens sweeps over it, so each loaded vector is used four times. Both operands lie along
 * k, as they do in memory: nothing is transposed or packed.
 *
 * <p>Every output is the sum over blocks of k of {@link Vectors#sums}, whatever tile it is in: it
 * does not depend on the ranges of rows and tokens asked for.
 */
final class VectorGemm {
  /** Rows decoded at once; at 1024 values of k this is 128 KB of scratch, which fits L2. */
  static final int BAND = 32;

  /** Longest run of k per pass: 4 rows of weights are then 16 KB, half of L1. */
  private static final int MAX_DEPTH = 1024;

  /** Tokens per sweep of a band: with 1024 values of k they are 512 KB of L2. */
  private static final int TOKENS = 128;

  /** Floats of a row in scratch are padded by a cache line: strides of 4096 bytes share L1 sets. */
  private static final int PAD = 16;

  /** Bytes of a vector. */
  private static final long BYTES = 4L * LANES;

  private VectorGemm() {}

  /** Values of k per pass: k in equal parts, rounded up to whole blocks of any type. */
  private static int depth(int k) {
    int passes = (k + MAX_DEPTH - 1) / MAX_DEPTH;
    return ((k + passes - 1) / passes + 255) / 256 * 256;
  }

  private static long rowStride(int k) {
    return 4L * (Math.min(k, depth(k)) + PAD);
  }

  static long scratchBytes(int k) {
    return BAND * rowStride(k) + 16 * BYTES;
  }

  /** As {@link TokenProducts#multiply}; {@code w} and {@code y} are addresses of the first row. */
  static void run(
      VectorFormat format,
      long w,
      int k,
      int rows,
      long x,
      long ldx,
      int n,
      long y,
      long ldy,
      long scratch) {
    long rowBytes = format.type().rowBytes(k);
    long stride = rowStride(k);
    int depth = depth(k);
    long sums = scratch + BAND * stride;
    for (int row = 0; row < rows; row += BAND) {
      int band = Math.min(BAND, rows - row);
      for (int at = 0; at < k; at += depth) {
        int part = Math.min(depth, k - at);
        long skip = format.type().rowBytes(at);
        for (int r = 0; r < band; r++) {
          format.dequantize(w + rowBytes * (row + r) + skip, part, scratch + stride * r);
        }
        for (int t = 0; t < n; t += TOKENS) {
          int tokens = Math.min(TOKENS, n - t);
          long xBlock = x + 4L * (ldx * t + at);
          long yBlock = y + 4L * (ldy * t + row);
          sweep(scratch, stride, band, part, xBlock, ldx, tokens, yBlock, ldy, at > 0, sums);
        }
      }
    }
  }

  /**
   * y[t, r] (+)= w[r] · x[t] for rows of floats {@code stride} bytes apart.
   *
   * @param sums room for 16 vectors
   */
  static void sweep(
      long w,
      long stride,
      int rows,
      int k,
      long x,
      long ldx,
      int n,
      long y,
      long ldy,
      boolean add,
      long sums) {
    long last = w + stride * (rows - 1);
    for (int r = 0; r < rows; r += 4) {
      // Rows past the end are the last row again; their sums are not stored.
      long w0 = w + stride * r;
      long w1 = Math.min(last, w0 + stride);
      long w2 = Math.min(last, w1 + stride);
      long w3 = Math.min(last, w2 + stride);
      int count = Math.min(4, rows - r);
      int t = 0;
      for (; t <= n - 4; t += 4) {
        long yTile = y + 4L * (ldy * t + r);
        tile(w0, w1, w2, w3, k, x + 4L * ldx * t, 4L * ldx, sums);
        for (int i = 0; i < 4; i++) {
          long xRow = x + 4L * ldx * (t + i);
          finish(sums + 4 * BYTES * i, w0, w1, w2, w3, k, xRow, yTile + 4L * ldy * i, count, add);
        }
      }
      for (; t < n; t++) {
        long xRow = x + 4L * ldx * t;
        column(w0, w1, w2, w3, k, xRow, sums);
        finish(sums, w0, w1, w2, w3, k, xRow, y + 4L * (ldy * t + r), count, add);
      }
    }
  }

  /** Four rows × four tokens; {@code xs}: bytes from token to token. */
  private static void tile(long w0, long w1, long w2, long w3, int k, long x, long xs, long sums) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector c2 = a0;
    FloatVector c3 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    FloatVector d2 = a0;
    FloatVector d3 = a0;
    int bound = F.loopBound(k);
    for (int i = 0; i < bound; i += LANES) {
      long at = 4L * i;
      FloatVector v0 = load(w0 + at);
      FloatVector v1 = load(w1 + at);
      FloatVector v2 = load(w2 + at);
      FloatVector v3 = load(w3 + at);
      FloatVector xa = load(x + at);
      a0 = v0.fma(xa, a0);
      a1 = v1.fma(xa, a1);
      a2 = v2.fma(xa, a2);
      a3 = v3.fma(xa, a3);
      FloatVector xb = load(x + xs + at);
      b0 = v0.fma(xb, b0);
      b1 = v1.fma(xb, b1);
      b2 = v2.fma(xb, b2);
      b3 = v3.fma(xb, b3);
      FloatVector xc = load(x + 2 * xs + at);
      c0 = v0.fma(xc, c0);
      c1 = v1.fma(xc, c1);
      c2 = v2.fma(xc, c2);
      c3 = v3.fma(xc, c3);
      FloatVector xd = load(x + 3 * xs + at);
      d0 = v0.fma(xd, d0);
      d1 = v1.fma(xd, d1);
      d2 = v2.fma(xd, d2);
      d3 = v3.fma(xd, d3);
    }
    store(a0, sums);
    store(a1, sums + 1L * BYTES);
    store(a2, sums + 2L * BYTES);
    store(a3, sums + 3L * BYTES);
    store(b0, sums + 4L * BYTES);
    store(b1, sums + 5L * BYTES);
    store(b2, sums + 6L * BYTES);
    store(b3, sums + 7L * BYTES);
    store(c0, sums + 8L * BYTES);
    store(c1, sums + 9L * BYTES);
    store(c2, sums + 10L * BYTES);
    store(c3, sums + 11L * BYTES);
    store(d0, sums + 12L * BYTES);
    store(d1, sums + 13L * BYTES);
    store(d2, sums + 14L * BYTES);
    store(d3, sums + 15L * BYTES);
  }

  /** Four rows × one token. */
  private static void column(long w0, long w1, long w2, long w3, int k, long x, long sums) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    int bound = F.loopBound(k);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector xa = load(x + 4L * i);
      a0 = load(w0 + 4L * i).fma(xa, a0);
      a1 = load(w1 + 4L * i).fma(xa, a1);
      a2 = load(w2 + 4L * i).fma(xa, a2);
      a3 = load(w3 + 4L * i).fma(xa, a3);
    }
    store(a0, sums);
    store(a1, sums + 1L * BYTES);
    store(a2, sums + 2L * BYTES);
    store(a3, sums + 3L * BYTES);
  }

  /** Sums the lanes of one token's accumulators, adds the values that fill no vector, stores. */
  private static void finish(
      long sums,
      long w0,
      long w1,
      long w2,
      long w3,
      int k,
      long x,
      long y,
      int count,
      boolean add) {
    store(
        sums(load(sums), load(sums + BYTES), load(sums + 2 * BYTES), load(sums + 3 * BYTES)), sums);
    for (int r = 0; r < count; r++) {
      long w = r == 0 ? w0 : r == 1 ? w1 : r == 2 ? w2 : w3;
      float sum = loadFloat(sums + LANES * r);
      for (int i = F.loopBound(k); i < k; i++) {
        sum = Math.fma(loadFloat(w + 4L * i), loadFloat(x + 4L * i), sum);
      }
      storeFloat(add ? loadFloat(y + 4L * r) + sum : sum, y + 4L * r);
    }
  }
}
