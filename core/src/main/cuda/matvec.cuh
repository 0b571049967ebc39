// Products of few columns: a warp takes a row of a matrix, its lanes take chunks of 32 weights
// in turn, and each chunk is unpacked once for COLS columns. What a column becomes depends on k alone,
// not on its company: all roundings are written out.
//
// Up to three matrices share an input and a launch (q, k and v): each has blocks of its own. Two of
// them, a gate and what goes through it, meet at the end.
//
// With `expert`, column c is the product of row c / slots of x with matrix expert[c], and nothing
// where expert[c] < 0; for COLS = 1.
#pragma once
#include "float_math.cuh"
#include "unpack.cuh"

#define MATVEC_ROWS 4  // of a block

// A matrix, and what becomes of its products.
struct Matrix {
  Planes w;
  const float *bias;  // [rows], with experts [experts][rows]; or null
  float *y;           // [n][stride]
  float *onto;        // [n][onto_stride] += scale y; or null
  int rows;
  int stride, onto_stride;
  float scale;
};

struct Vectors {
  Matrix m[3];
  const void *x;      // int8[n][k], or float[n][x_stride] where the weights are not quantized
  const Scale *d;     // [n][k / 32]
  const int *expert;  // or null
  int k, n;
  int slots;          // columns that share a row of x
  int x_stride;
  int second, third;  // the blocks that m[1] and m[2] begin with
  int gated;          // y of m[0] = gate(its own, that of m[1]), for COLS = 1; blocks take half of each
  Gate gate;
};

// What a warp works at: a row of a matrix.
struct Line {
  int part, row;

  __device__ __forceinline__ Line(const Vectors &p) {
    int warp = threadIdx.x >> 5;
    if (p.gated) {
      part = warp >> 1;
      row = blockIdx.x * (MATVEC_ROWS / 2) + (warp & 1);
    } else {
      part = blockIdx.x >= p.third ? 2 : blockIdx.x >= p.second ? 1 : 0;
      int first = part == 2 ? p.third : part == 1 ? p.second : 0;
      row = (blockIdx.x - first) * MATVEC_ROWS + warp;
    }
  }

  // Asked for twice it is read twice, instead of being kept in registers.
  __device__ __forceinline__ Matrix matrix(const Vectors &p) const {
    int which = part;
    asm volatile("" : "+r"(which));
    Matrix m = p.m[0];
    if (which == 1) m = p.m[1];
    if (which == 2) m = p.m[2];
    return m;
  }
};

// The matrix of a column in a stack: 0 without experts; -1 where there is none.
template <int COLS>
__device__ __forceinline__ int expert_of(const Vectors &p) {
  return COLS == 1 && p.expert ? p.expert[blockIdx.y] : 0;
}

__device__ __forceinline__ void put(const Vectors &p, const Matrix &m, const Line &at, int expert, int col,
                                    float sum) {
  sum = warp_sum(sum);
  if ((threadIdx.x & 31) != 0 || col >= p.n || at.row >= m.rows) return;
  if (m.bias) sum = __fadd_rn(sum, m.bias[(size_t)expert * m.rows + at.row]);
  m.y[(size_t)col * m.stride + at.row] = sum;
  if (m.onto) {
    float *onto = m.onto + (size_t)col * m.onto_stride + at.row;
    *onto = __fmaf_rn(m.scale, sum, *onto);
  }
}

// What the first two warps have of the gate meets what the others have.
__device__ __forceinline__ void put_gated(const Vectors &p, const Matrix &m, const Line &at, int expert, int col,
                                          float sum) {
  __shared__ float halves[MATVEC_ROWS];
  int warp = threadIdx.x >> 5;
  sum = warp_sum(sum);
  bool first = (threadIdx.x & 31) == 0 && at.row < m.rows;
  if (first) {
    if (m.bias) sum = __fadd_rn(sum, m.bias[(size_t)expert * m.rows + at.row]);
    halves[warp] = sum;
    if (at.part == 1) m.y[(size_t)col * m.stride + at.row] = sum;
  }
  __syncthreads();
  if (first && at.part == 0) {
    m.y[(size_t)col * m.stride + at.row] = meet(p.gate, sum, halves[warp + MATVEC_ROWS / 2]);
  }
}

template <int COLS>
__device__ __forceinline__ void put_all(const Vectors &p, const Line &at, int expert, int col,
                                        const float (&sum)[COLS]) {
  Matrix m = at.matrix(p);
  if (COLS == 1 && p.gated) {
    put_gated(p, m, at, expert, col, sum[0]);
    return;
  }
#pragma unroll
  for (int j = 0; j < COLS; j++) put(p, m, at, expert, col + j, sum[j]);
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
__device__ __forceinline__ void matvec(const Vectors &p) {
  int lane = threadIdx.x & 31, expert = expert_of<COLS>(p);
  if (expert < 0) return;
  Line at(p);
  Matrix m = at.matrix(p);
  int chunks = p.k >> 5, col = blockIdx.y * COLS;
  size_t block = ((size_t)expert * m.rows + at.row) * (chunks / T::parts);
  int from = COLS == 1 ? col / p.slots : col, last = p.n - 1 - col;
  const signed char *x = (const signed char *)p.x + (size_t)from * p.k;
  const Scale *scales = p.d + (size_t)from * chunks;
  float sum[COLS] = {};
  // Two neighbours at once where a block has more than one: much of what they are made of is the same.
  const int both = T::parts > 1 ? 2 : 1, units = T::parts / both;
  int end = at.row < m.rows ? chunks / both : 0;
#pragma unroll(COLS == 1 && both == 1 ? 2 : 1)
  for (int i = lane; i < end; i += 32) {
#pragma unroll(COLS <= 2 ? both : 1)  // with more columns registers run out
    for (int half = 0; half < both; half++) {
      int chunk = both * i + half;
      Chunk c;
      T::unpack(m.w, block + i / units, both * (i % units) + half, c);
#pragma unroll
      for (int j = 0; j < COLS; j++) {
        int at = COLS == 1 ? 0 : min(j, last);  // columns that are not there: the last one again
        float part = dot<T>(c, x + (size_t)at * p.k + 32 * chunk, scales + (size_t)at * chunks + chunk);
        sum[j] = __fadd_rn(sum[j], part);
      }
    }
  }
  put_all<COLS>(p, at, expert, col, sum);
}
