// Products of many columns with weights that are not quantized. Both sides are sums of two numbers of
// bfloat16, which have float32's range and together 16 bits: w x = w0 x0 + w1 x0 + w0 x1, all added up
// in float32. Weights in bfloat16 have no second number. Below compute_80 it is plain float32.
#pragma once
#include "floats.cuh"
#include "tile.cuh"

#define FLOAT_DEPTH 32  // of k at a time

#if __CUDA_ARCH__ >= 800

// The bfloat16 nearest to each of two numbers, the first in the lower half; and to what then is left.
__device__ __forceinline__ void split(float a, float b, u32 &most, u32 &rest) {
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(most) : "f"(b), "f"(a));
  a = __fsub_rn(a, __uint_as_float(most << 16));
  b = __fsub_rn(b, __uint_as_float(most & 0xffff0000));
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(rest) : "f"(b), "f"(a));
}

struct FloatTile {
  uint4 part[2][TILE][FLOAT_DEPTH / 8 + 1];  // rows of 80 bytes: 16 of 8 rows hit all banks once

  __device__ __forceinline__ void put(int line, int e, const float *v) {
    uint4 most, rest;
    split(v[0], v[1], most.x, rest.x);
    split(v[2], v[3], most.y, rest.y);
    split(v[4], v[5], most.z, rest.z);
    split(v[6], v[7], most.w, rest.w);
    part[0][line][e / 8] = most;
    part[1][line][e / 8] = rest;
  }
};

__device__ __forceinline__ void multiply_add(const u32 *a, const u32 *b, float *c) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

template <bool TWO>
__device__ __forceinline__ void multiply(const FloatTile &w, const FloatTile &x, const Place &at, float (&sum)[4][8]) {
  int lane = at.lane, half = lane >> 3 & 1, upper = lane >> 4;
#pragma unroll
  for (int k = 0; k < FLOAT_DEPTH / 8; k += 2) {
#pragma unroll
    for (int j = 0; j < 2; j++) {
      u32 b[2][4];
#pragma unroll
      for (int part = 0; part < 2; part++) {
        int col = 32 * (at.warp >> 1) + 16 * j + 8 * upper + (lane & 7);
        ldmatrix(&x.part[part][col][k + half], b[part]);
      }
#pragma unroll
      for (int i = 0; i < 2; i++) {
        u32 a[2][4];
#pragma unroll
        for (int part = 0; part < (TWO ? 2 : 1); part++) {
          ldmatrix(&w.part[part][32 * (at.warp & 1) + 16 * i + (lane & 15)][k + upper], a[part]);
        }
#pragma unroll
        for (int h = 0; h < 2; h++) {
          float *upper_row = &sum[2 * i][4 * j + 2 * h], *lower_row = &sum[2 * i + 1][4 * j + 2 * h];
          float c[4] = {upper_row[0], upper_row[1], lower_row[0], lower_row[1]};
          if (TWO) multiply_add(a[1], b[0] + 2 * h, c);
          multiply_add(a[0], b[1] + 2 * h, c);
          multiply_add(a[0], b[0] + 2 * h, c);
          upper_row[0] = c[0], upper_row[1] = c[1], lower_row[0] = c[2], lower_row[1] = c[3];
        }
      }
    }
  }
}

#else

struct FloatTile {
  float4 part[TILE][FLOAT_DEPTH / 4 + 1];

  __device__ __forceinline__ void put(int line, int e, const float *v) {
    part[line][e / 4] = {v[0], v[1], v[2], v[3]};
    part[line][e / 4 + 1] = {v[4], v[5], v[6], v[7]};
  }
};

template <bool TWO>
__device__ __forceinline__ void multiply(const FloatTile &w, const FloatTile &x, const Place &at, float (&sum)[4][8]) {
#pragma unroll 2
  for (int k = 0; k < FLOAT_DEPTH / 4; k++) {
    float4 a[4];
#pragma unroll
    for (int i = 0; i < 4; i++) a[i] = w.part[at.row(i)][k];
#pragma unroll
    for (int j = 0; j < 8; j++) {
      float4 b = x.part[at.column(j)][k];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        float v = __fmaf_rn(a[i].y, b.y, __fmaf_rn(a[i].x, b.x, sum[i][j]));
        sum[i][j] = __fmaf_rn(a[i].w, b.w, __fmaf_rn(a[i].z, b.z, v));
      }
    }
  }
}

#endif

template <class T, bool TWO>
__device__ __forceinline__ void matmul_float(const Product &p) {
  __shared__ __align__(16) FloatTile w;
  __shared__ __align__(16) FloatTile x;
  __shared__ int columns[TILE];
  if (!tile_columns(p, columns)) return;
  Place at;
  float sum[4][8] = {};
  bool whole = (p.k & 7) == 0 && is_aligned(p.w.plane[0]);
  bool whole_x = (p.k & 7) == 0 && (p.x_stride & 3) == 0 && is_aligned(p.x);
  for (int e0 = 0; e0 < p.k; e0 += FLOAT_DEPTH) {
#pragma unroll 1
    for (int i = threadIdx.x; i < TILE * FLOAT_DEPTH / 8; i += 128) {
      int line = i / (FLOAT_DEPTH / 8), e = 8 * (i % (FLOAT_DEPTH / 8)), k = e0 + e;
      int row = blockIdx.x * TILE + line, c = columns[line];
      float v[8] = {}, u[8] = {};
      if (row < p.rows && k < p.k) {
        const void *from = (const typename T::stored *)p.w.plane[0] + ((size_t)blockIdx.z * p.rows + row) * p.k;
        eight<T>((const typename T::stored *)from, k, p.k, whole, v);
      }
      if (c >= 0 && k < p.k) {
        eight<F32>((const float *)p.x + (size_t)(c / p.slots) * p.x_stride, k, p.k, whole_x, u);
      }
      w.put(line, e, v);
      x.put(line, e, u);
    }
    __syncthreads();
    multiply<TWO>(w, x, at, sum);
    __syncthreads();
  }
  store(p, columns, at, sum);
}
