// What tiles of prompts share: 64 rows of the matrix by 64 columns of y, by four warps. In z lie the
// experts' matrices; blocks in x take tiles of rows, blocks in y tiles of columns.
//
// With `order`, matrix e = blockIdx.z is for columns order[expert[e]] to order[expert[e + 1] - 1] of
// y, which are those of rows c / slots of x. Else all columns are for all there is, the first matrix.
#pragma once
#include "common.cuh"

#define TILE 64

// Which columns a tile has: for each of them its row in y, -1 where there is none.
__device__ __forceinline__ bool tile_columns(const Product &p, int *columns) {
  int first = p.order ? p.expert[blockIdx.z] : 0;
  int end = p.order ? p.expert[blockIdx.z + 1] : p.n;
  int n0 = first + blockIdx.y * TILE;
  if (n0 >= end) return false;
  if (threadIdx.x < TILE) {
    int i = n0 + threadIdx.x;
    columns[threadIdx.x] = i >= end ? -1 : p.order ? p.order[i] : i;
  }
  __syncthreads();
  return true;
}

__device__ __forceinline__ u32 shared_address(const void *p) {
  return (u32)__cvta_generic_to_shared(p);
}

// BYTES (8 or 16), or zeros where ok is false. Where it can, it is done when copies_done() returns.
template <int BYTES>
__device__ __forceinline__ void copy(void *to, const void *from, bool ok) {
#if __CUDA_ARCH__ >= 800
  if (BYTES == 16) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(to)), "l"(from),
                 "r"(ok ? 16 : 0));
  } else {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 8, %2;" ::"r"(shared_address(to)), "l"(from),
                 "r"(ok ? 8 : 0));
  }
#else
  if (BYTES == 16) {
    *(uint4 *)to = ok ? load<uint4>(from) : uint4{0, 0, 0, 0};
  } else {
    *(uint2 *)to = ok ? load<uint2>(from) : uint2{0, 0};
  }
#endif
}

__device__ __forceinline__ void copies_done() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_all;");
#endif
}

// Four 8 x 8 matrices of 16 bits: lanes 8 i to 8 i + 7 give the rows of matrix i.
__device__ __forceinline__ void ldmatrix(const void *row, u32 *r) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row)));
}

// Of the 32 x 32 values of a warp, the rows and columns of the tile that a lane has: as mma gives
// them, rows row(i) with i < 4, columns column(j) with j < 8.
struct Place {
  int warp, lane;

  __device__ __forceinline__ Place() : warp(threadIdx.x >> 5), lane(threadIdx.x & 31) {}
  __device__ __forceinline__ int row(int i) const {
    return 32 * (warp & 1) + 8 * i + (lane >> 2);
  }
  __device__ __forceinline__ int column(int j) const {
    return 32 * (warp >> 1) + 8 * (j >> 1) + 2 * (lane & 3) + (j & 1);
  }
};

// sum[i][j] is of row(i) and column(j).
__device__ __forceinline__ void store(const Product &p, const int *columns, const Place &at,
                                      const float (&sum)[4][8]) {
#pragma unroll
  for (int i = 0; i < 4; i++) {
    int row = blockIdx.x * TILE + at.row(i);
    if (row >= p.rows) continue;
    float bias = p.bias ? p.bias[(size_t)blockIdx.z * p.rows + row] : 0;
#pragma unroll
    for (int j = 0; j < 8; j++) {
      int c = columns[at.column(j)];
      if (c >= 0) p.y[(size_t)c * p.stride + row] = p.bias ? __fadd_rn(sum[i][j], bias) : sum[i][j];
    }
  }
}
