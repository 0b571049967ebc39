// The kernels of a type of weights that is not quantized: as those of quantized ones, but with the
// activations as they are. k may be any number.
#pragma once
#include "floats.cuh"
#include "matmul_float.cuh"
#include "matvec.cuh"
#include "rows.cuh"

template <class T, int COLS>
__device__ __forceinline__ void matvec_float(const Vectors &p) {
  int lane = threadIdx.x & 31, expert = expert_of<COLS>(p);
  if (expert < 0) return;
  Line at(p);
  Matrix m = at.matrix(p);
  int col = blockIdx.y * COLS, from = COLS == 1 ? col / p.slots : col, last = p.n - 1 - col;
  const typename T::stored *w =
      (const typename T::stored *)m.w.plane[0] + ((size_t)expert * m.rows + at.row) * p.k;
  const float *x = (const float *)p.x + (size_t)from * p.x_stride;
  bool whole = (p.k & 7) == 0 && (p.x_stride & 3) == 0 && is_aligned(m.w.plane[0]) && is_aligned(p.x);
  float sum[COLS] = {};
  int end = at.row < m.rows ? p.k : 0;
#pragma unroll(COLS == 1 ? 2 : 1)
  for (int e = 8 * lane; e < end; e += 256) {
    float a[8];
    eight<T>(w, e, p.k, whole, a);
#pragma unroll
    for (int j = 0; j < COLS; j++) {
      float b[8];
      eight<F32>(x + (size_t)(COLS == 1 ? 0 : min(j, last)) * p.x_stride, e, p.k, whole, b);
#pragma unroll
      for (int i = 0; i < 8; i++) sum[j] = __fmaf_rn(a[i], b[i], sum[j]);
    }
  }
  put_all<COLS>(p, at, expert, col, sum);
}

// As of quantized types; the threads take values in turn.
template <class T>
__device__ __forceinline__ void rows_float(const RowsOf &p) {
  const typename T::stored *row = (const typename T::stored *)p.w.plane[0] + (size_t)p.ids[blockIdx.y] * p.k;
  float *to = p.out + (size_t)blockIdx.y * p.stride;
  int end = min(p.k, (int)(blockIdx.x + 1) * 4096);
  for (int i = blockIdx.x * 4096 + threadIdx.x; i < end; i += 128) {
    to[i] = __fmul_rn(p.scale, T::value(row[i]));
  }
}

#define MATVEC_FLOAT(name, T, COLS)                                                        \
  extern "C" __global__ void __launch_bounds__(128, COLS == 8 ? 3 : 4)                     \
      matvec_##name##_##COLS(Vectors p) {                                                  \
    matvec_float<T, COLS>(p);                                                              \
  }

// TWO: a weight is two numbers of bfloat16.
#define PRODUCTS_FLOAT(name, T, TWO)                                                       \
  MATVEC_FLOAT(name, T, 1)                                                                 \
  MATVEC_FLOAT(name, T, 2)                                                                 \
  MATVEC_FLOAT(name, T, 4)                                                                 \
  MATVEC_FLOAT(name, T, 8)                                                                 \
  extern "C" __global__ void __launch_bounds__(128) rows_##name(RowsOf p) { rows_float<T>(p); } \
  extern "C" __global__ void __launch_bounds__(128, 2) matmul_##name(Product p) {           \
    matmul_float<T, TWO>(p);                                                               \
  }
