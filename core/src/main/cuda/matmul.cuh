// Products of many columns with quantized weights: tiles of int8, 64 of k at a time in two stages of
// shared memory. Activations are copied as they are; weights are unpacked on the way. Every 32 (or 16,
// where a type's factors change so often) have their integer sum, and that its factors, in float32.
#pragma once
#include "tile.cuh"
#include "unpack.cuh"

#define DEPTH 64  // of k in a stage
#define CHUNKS (DEPTH / 32)

template <class T>
struct __align__(16) Stage {
  enum { halves = T::halves ? 2 : 1 };
  uint4 w[TILE][DEPTH / 16];  // see place()
  uint4 x[TILE][DEPTH / 16];
  float d[CHUNKS][halves][TILE];
  float m[T::minima ? CHUNKS : 1][halves][T::minima ? TILE : 1];
  Scale scale[CHUNKS][TILE];
};

// Where 16 bytes of a line stand: so the same ones of 8 lines hit all banks of shared memory once.
__device__ __forceinline__ int place(int line, int piece) { return piece ^ (line >> 1 & 3); }

// Begins to fill a stage with what starts at chunk `first` of the rows; what is not there is 0.
template <class T>
__device__ __forceinline__ void fill(const Product &p, const int *columns, int first, Stage<T> &s) {
  int chunks = p.k >> 5;
#pragma unroll
  for (int i = threadIdx.x; i < TILE * DEPTH / 16; i += 128) {
    int col = i / (DEPTH / 16), piece = i % (DEPTH / 16), c = columns[col];
    bool ok = c >= 0 && first + (piece >> 1) < chunks;
    size_t at = ok ? (size_t)(c / p.slots) * p.k + 32 * first + 16 * piece : 0;
    copy<16>(&s.x[col][place(col, piece)], (const signed char *)p.x + at, ok);
  }
  int line = threadIdx.x / CHUNKS, chunk = threadIdx.x % CHUNKS;  // one of each for every thread
  int at = first + chunk, col = columns[line], row = blockIdx.x * TILE + line;
  bool ok = col >= 0 && at < chunks;
  copy<8>(&s.scale[chunk][line], p.d + (ok ? (size_t)(col / p.slots) * chunks + at : 0), ok);
  Chunk c = {};
  if (row < p.rows && at < chunks) {
    size_t block = ((size_t)blockIdx.z * p.rows + row) * (chunks / T::parts);
    T::unpack(p.w, block + at / T::parts, at % T::parts, c);
  }
  const u32 *q = (const u32 *)c.q;
  s.w[line][place(line, 2 * chunk)] = {q[0], q[1], q[2], q[3]};
  s.w[line][place(line, 2 * chunk + 1)] = {q[4], q[5], q[6], q[7]};
  s.d[chunk][0][line] = c.d0;
  if (T::halves) s.d[chunk][T::halves][line] = c.d1;
  if (T::minima) s.m[chunk][0][line] = c.m0;
  if (T::minima && T::halves) s.m[chunk][T::halves][line] = c.m1;
}

// Where integer sums begin: the bits of 1.5 2^23, so that they are floats of that and the sum. To
// subtract it is quicker than to convert, and as exact: sums are below 2^22.
#define ZERO_BITS 0x4b400000
#define ZERO 12582912.0f

// Integer sums of a warp's 32 x 32 over a chunk, or over half h of one.
template <class T>
__device__ __forceinline__ void integers(const Stage<T> &s, const Place &at, int chunk, int h, int (&sum)[4][8]) {
#if __CUDA_ARCH__ >= 800
  int lane = at.lane, half = lane >> 3 & 1, upper = lane >> 4;
  u32 a[2][4], b[4][2];
#pragma unroll
  for (int i = 0; i < 2; i++) {  // rows 0 to 7, 8 to 15 of bytes 0 to 15, then of bytes 16 to 31
    int line = 32 * (at.warp & 1) + 16 * i + (lane & 15);
    ldmatrix(&s.w[line][place(line, 2 * chunk + upper)], a[i]);
    u32 r[4];  // columns 0 to 7 of both halves, then columns 8 to 15
    int col = 32 * (at.warp >> 1) + 16 * i + 8 * upper + (lane & 7);
    ldmatrix(&s.x[col][place(col, 2 * chunk + half)], r);
    b[2 * i][0] = r[0], b[2 * i][1] = r[1], b[2 * i + 1][0] = r[2], b[2 * i + 1][1] = r[3];
  }
#pragma unroll
  for (int i = 0; i < 2; i++) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
      int c[4];
      if (T::halves) {
        u32 a0 = h ? a[i][2] : a[i][0], a1 = h ? a[i][3] : a[i][1], b0 = h ? b[j][1] : b[j][0];
        asm(
            "mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5}, {%6}, "
            "{%7,%7,%7,%7};"
            : "=r"(c[0]), "=r"(c[1]), "=r"(c[2]), "=r"(c[3])
            : "r"(a0), "r"(a1), "r"(b0), "r"(ZERO_BITS));
      } else {
        asm(
            "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
            "{%10,%10,%10,%10};"
            : "=r"(c[0]), "=r"(c[1]), "=r"(c[2]), "=r"(c[3])
            : "r"(a[i][0]), "r"(a[i][1]), "r"(a[i][2]), "r"(a[i][3]), "r"(b[j][0]), "r"(b[j][1]),
              "r"(ZERO_BITS));
      }
      sum[2 * i][2 * j] = c[0], sum[2 * i][2 * j + 1] = c[1];
      sum[2 * i + 1][2 * j] = c[2], sum[2 * i + 1][2 * j + 1] = c[3];
    }
  }
#else
#pragma unroll
  for (int i = 0; i < 4; i++) {
#pragma unroll
    for (int j = 0; j < 8; j++) sum[i][j] = ZERO_BITS;
  }
#pragma unroll
  for (int q = h; q < (T::halves ? h + 1 : 2); q++) {
    uint4 w[4];
#pragma unroll
    for (int i = 0; i < 4; i++) w[i] = s.w[at.row(i)][place(at.row(i), 2 * chunk + q)];
#pragma unroll
    for (int j = 0; j < 8; j++) {
      uint4 x = s.x[at.column(j)][place(at.column(j), 2 * chunk + q)];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        int c = dp4a(w[i].x, x.x, dp4a(w[i].y, x.y, sum[i][j]));
        sum[i][j] = dp4a(w[i].z, x.z, dp4a(w[i].w, x.w, c));
      }
    }
  }
#endif
}

template <class T>
__device__ __forceinline__ void multiply(const Stage<T> &s, const Place &at, int chunk, float (&sum)[4][8]) {
#pragma unroll
  for (int h = 0; h < Stage<T>::halves; h++) {
    int whole[4][8];
    integers(s, at, chunk, h, whole);
#pragma unroll
    for (int j = 0; j < 8; j++) {
      Scale scale = s.scale[chunk][at.column(j)];
      float low = T::minima ? __int2float_rn(T::halves ? (h ? scale.sum1 : scale.sum0)
                                                       : scale.sum0 + scale.sum1)
                            : 0;
#pragma unroll
      for (int i = 0; i < 4; i++) {
        float v = __fmul_rn(s.d[chunk][h][at.row(i)], __fsub_rn(__int_as_float(whole[i][j]), ZERO));
        if (T::minima) v = __fmaf_rn(-s.m[chunk][h][at.row(i)], low, v);
        sum[i][j] = __fmaf_rn(scale.d, v, sum[i][j]);
      }
    }
  }
}

template <class T>
__device__ __forceinline__ void matmul(const Product &p) {
  __shared__ Stage<T> stages[2];
  __shared__ int columns[TILE];
  if (!tile_columns(p, columns)) return;
  Place at;
  float sum[4][8] = {};
  int chunks = p.k >> 5;
  fill(p, columns, 0, stages[0]);
  for (int first = 0, now = 0; first < chunks; first += CHUNKS, now ^= 1) {
    copies_done();
    __syncthreads();  // this stage is full, and nobody reads the other one any more
    if (first + CHUNKS < chunks) fill(p, columns, first + CHUNKS, stages[now ^ 1]);
#pragma unroll 1
    for (int chunk = 0; chunk < CHUNKS; chunk++) multiply(stages[now], at, chunk, sum);
  }
  store(p, columns, at, sum);
}
