// Products of few columns: a warp takes a row of the matrix, its lanes take chunks of 32 weights
// in turn, and each chunk is unpacked once for COLS columns. What a column becomes depends on k alone,
// not on its company: all roundings are written out.
//
// With `expert`, column c is the product of row c / slots of x with matrix expert[c], and nothing
// where expert[c] < 0; for COLS = 1.
#pragma once
#include "unpack.cuh"

#define MATVEC_ROWS 4  // of a block

// What the matrix of a column, and its bias, begin with: 0 without experts. False where there is none.
template <int COLS>
__device__ __forceinline__ bool matrix(const Product &p, int &expert) {
  expert = COLS == 1 && p.expert ? p.expert[blockIdx.y] : 0;
  return expert >= 0;
}

__device__ __forceinline__ void put(const Product &p, int expert, int row, int col, float sum) {
  sum = warp_sum(sum);
  if ((threadIdx.x & 31) == 0 && col < p.n) {
    if (p.bias) sum = __fadd_rn(sum, p.bias[(size_t)expert * p.rows + row]);
    p.y[(size_t)col * p.stride + row] = sum;
  }
}

template <class T>
__device__ __forceinline__ float dot(const Chunk &c, const signed char *x, const Scale *scale) {
  int4 a = load<int4>(x), b = load<int4>(x + 16);
  int2 bits = load<int2>(scale);
  int first = dp4a(c.q[0], a.x, dp4a(c.q[1], a.y, dp4a(c.q[2], a.z, dp4a(c.q[3], a.w, 0))));
  int start = T::halves ? 0 : first;
  int second = dp4a(c.q[4], b.x, dp4a(c.q[5], b.y, dp4a(c.q[6], b.z, dp4a(c.q[7], b.w, start))));
  float sum = __fmul_rn(c.d1, __int2float_rn(second));
  if (T::halves) sum = __fmaf_rn(c.d0, __int2float_rn(first), sum);
  if (T::minima) {
    int sum0 = (short)bits.y, sum1 = bits.y >> 16;
    if (T::halves) {
      sum = __fmaf_rn(-c.m0, __int2float_rn(sum0), sum);
      sum = __fmaf_rn(-c.m1, __int2float_rn(sum1), sum);
    } else {
      sum = __fmaf_rn(-c.m0, __int2float_rn(sum0 + sum1), sum);
    }
  }
  return __fmul_rn(sum, __int_as_float(bits.x));
}

template <class T, int COLS>
__device__ __forceinline__ void matvec(const Product &p) {
  int lane = threadIdx.x & 31, row = blockIdx.x * MATVEC_ROWS + (threadIdx.x >> 5), expert;
  if (row >= p.rows || !matrix<COLS>(p, expert)) return;
  int chunks = p.k >> 5, col = blockIdx.y * COLS;
  size_t block = ((size_t)expert * p.rows + row) * (chunks / T::parts);
  int from = COLS == 1 ? col / p.slots : col, last = p.n - 1 - col;
  const signed char *x = (const signed char *)p.x + (size_t)from * p.k;
  const Scale *scales = p.d + (size_t)from * chunks;
  float sum[COLS] = {};
  // Two neighbours at once where a block has more than one: much of what they are made of is the same.
  const int both = T::parts > 1 ? 2 : 1, units = T::parts / both;
#pragma unroll(COLS == 1 && both == 1 ? 2 : 1)
  for (int i = lane; i < chunks / both; i += 32) {
#pragma unroll(COLS <= 2 ? both : 1)  // with more columns registers run out
    for (int half = 0; half < both; half++) {
      int chunk = both * i + half;
      Chunk c;
      T::unpack(p.w, block + i / units, both * (i % units) + half, c);
#pragma unroll
      for (int j = 0; j < COLS; j++) {
        int at = COLS == 1 ? 0 : min(j, last);  // columns that are not there: the last one again
        float part = dot<T>(c, x + (size_t)at * p.k + 32 * chunk, scales + (size_t)at * chunks + chunk);
        sum[j] = __fadd_rn(sum[j], part);
      }
    }
  }
#pragma unroll
  for (int j = 0; j < COLS; j++) put(p, expert, row, col + j, sum[j]);
}
