// What tiles of prompts share. Blocks in x take tiles of columns of y, blocks in y tiles of the
// matrix's rows: those that run at the same time share rows, so a matrix is read from memory once.
//
// With `order`, matrix e = blockIdx.z is for columns order[expert[e]] to order[expert[e + 1] - 1] of
// y, which are those of rows c / slots of x. Else all columns are for all there is, the first matrix.
//
// Above compute_80 sums are made of parts of k, which are added up one after the other. Either a block
// does that, or, with `parts`, each of gridDim.z blocks writes its part and `add_parts` adds: the same
// bits, whatever the tiles' width and whoever adds.
#pragma once
#include "common.cuh"

struct Tiled {
  Product p;
  float *parts;  // [part][n][rows], for tiles of part blockIdx.z of k; or null
  int part;      // of k, a multiple of 128
};

// The columns of a tile; a block takes every gridDim.x-th tile.
struct Columns {
  const Product &p;
  int first, end;

  __device__ __forceinline__ Columns(const Product &product, int width) : p(product) {
    first = (p.order ? p.expert[blockIdx.z] : 0) + blockIdx.x * width;
    end = p.order ? p.expert[blockIdx.z + 1] : p.n;
  }

  __device__ __forceinline__ bool none() const { return first >= end; }

  // Goes on; all threads of the block do.
  __device__ __forceinline__ void next(int width) {
    first += gridDim.x * width;
    __syncthreads();
  }

  // The row in y of a column of the tile, -1 where there is none; and that in x.
  __device__ __forceinline__ int out(int col) const {
    int i = first + col;
    return i >= end ? -1 : p.order ? __ldg(p.order + i) : i;
  }
  __device__ __forceinline__ int in(int col) const {
    int c = out(col);
    return c < 0 ? -1 : p.order ? c / p.slots : c;
  }
};

__device__ __forceinline__ u32 shared_address(const void *p) {
  return (u32)__cvta_generic_to_shared(p);
}

// Where 16 bytes of a line of 64 stand: so the same ones of 8 lines hit all banks of shared memory once.
__device__ __forceinline__ int place(int line, int piece) { return piece ^ (line >> 1 & 3); }

// Where integer sums begin: the bits of 1.5 2^23, so that they are floats of that and the sum. To
// subtract it is quicker than to convert, and as exact: sums are below 2^22.
#define ZERO_BITS 0x4b400000
#define ZERO 12582912.0f

// The sum of 32 activations from those of both halves, and that of half h.
__device__ __forceinline__ float sum_of_both(u32 sums) {
  return __fsub_rn(__int_as_float(ZERO_BITS + (short)sums + ((int)sums >> 16)), ZERO);
}
__device__ __forceinline__ float sum_of_half(u32 sums, int h) {
  return __fsub_rn(__int_as_float(ZERO_BITS + ((int)(sums << 16 * (1 - h)) >> 16)), ZERO);
}

#if __CUDA_ARCH__ >= 800

// BYTES (8 or 16), or zeros where ok is false; done when it was waited for.
template <int BYTES>
__device__ __forceinline__ void copy(void *to, const void *from, bool ok) {
  if (BYTES == 16) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(to)), "l"(from),
                 "r"(ok ? 16 : 0));
  } else {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 8, %2;" ::"r"(shared_address(to)), "l"(from),
                 "r"(ok ? 8 : 0));
  }
}

// Ends a group of copies, of which there may be none; and waits for all but the last group.
__device__ __forceinline__ void commit_copies() { asm volatile("cp.async.commit_group;"); }
__device__ __forceinline__ void await_copies() { asm volatile("cp.async.wait_group 1;"); }

// Four 8 x 8 matrices of 16 bits: lanes 8 i to 8 i + 7 give the rows of matrix i.
__device__ __forceinline__ void ldmatrix(u32 row, u32 *r) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(row));
}

#define TILE_ROWS 128

// Of a tile of 128 rows and WIDTH columns, what a thread of 256 has. A warp has 32 rows, four of them
// beside each other, of half the columns; a lane the values that mma gives it: rows row(i), i < 4,
// columns column(j), j < WIDTH / 8.
template <int WIDTH>
struct Place {
  int lane, row0, column0;

  __device__ __forceinline__ Place() {
    int warp = threadIdx.x >> 5;
    lane = threadIdx.x & 31;
    row0 = 32 * (warp & 3);
    column0 = WIDTH / 2 * (warp >> 2);
  }
  __device__ __forceinline__ int row(int i) const { return row0 + 8 * i + (lane >> 2); }
  __device__ __forceinline__ int column(int j) const {
    return column0 + 8 * (j >> 1) + 2 * (lane & 3) + (j & 1);
  }
  // Where ldmatrix finds a lane's 16 bytes, of lines of 64: for steps of 32 bytes both halves of 16
  // lines, for steps of 16 bytes 32 lines. The first step's; of others by `^` with where they begin.
  template <int BYTES>
  __device__ __forceinline__ u32 of_rows() const {
    int line = BYTES == 32 ? lane & 15 : lane, piece = BYTES == 32 ? lane >> 4 : 0;
    return 64 * (row0 + line) + 16 * place(line, piece);
  }
  template <int BYTES>
  __device__ __forceinline__ u32 of_columns() const {
    int line = BYTES == 32 ? (lane >> 1 & 8) + (lane & 7) : WIDTH == 32 ? lane & 15 : lane;
    return 64 * (column0 + line) + 16 * place(line, BYTES == 32 ? lane >> 3 & 1 : 0);
  }
};

// The part's sums of a thread, and where they go.
template <int WIDTH>
struct Sums {
  float v[4][WIDTH / 8];

  __device__ __forceinline__ void clear() {
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
      for (int j = 0; j < WIDTH / 8; j++) v[i][j] = 0;
    }
  }

  // Eight lanes have neighbours of a column, that is, a sector. From the second part on, what is there
  // already is these same threads'.
  __device__ __forceinline__ void store(const Tiled &t, const Columns &columns, const Place<WIDTH> &at, bool first,
                                        bool last) const {
    const Product &p = t.p;
    float *y = t.parts ? t.parts + (size_t)blockIdx.z * p.n * p.rows : p.y;
    size_t stride = t.parts ? p.rows : p.stride;
    const float *bias = t.parts || !last || !p.bias ? 0 : p.bias + (p.order ? (size_t)blockIdx.z * p.rows : 0);
    int row0 = blockIdx.y * TILE_ROWS + at.row(0);
#pragma unroll
    for (int j = 0; j < WIDTH / 8; j++) {
      int c = columns.out(at.column(j));
      if (c < 0) continue;
      float *to = y + c * stride + row0;
#pragma unroll
      for (int i = 0; i < 4; i++) {
        if (row0 + 8 * i >= p.rows) break;
        float sum = first ? v[i][j] : __fadd_rn(to[8 * i], v[i][j]);
        to[8 * i] = bias ? __fadd_rn(sum, __ldg(bias + row0 + 8 * i)) : sum;
      }
    }
  }
};

#else

#define TILE 64

// Of the 32 x 32 values that one of four warps has of a tile of 64 rows and columns, the rows and
// columns that a lane has: row(i) with i < 4, columns column(j) with j < 8.
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
__device__ __forceinline__ void store(const Product &p, const Columns &columns, const Place &at,
                                      const float (&sum)[4][8]) {
#pragma unroll
  for (int i = 0; i < 4; i++) {
    int row = blockIdx.y * TILE + at.row(i);
    if (row >= p.rows) continue;
    float bias = p.bias ? p.bias[(size_t)blockIdx.z * p.rows + row] : 0;
#pragma unroll
    for (int j = 0; j < 8; j++) {
      int c = columns.out(at.column(j));
      if (c >= 0) p.y[(size_t)c * p.stride + row] = p.bias ? __fadd_rn(sum[i][j], bias) : sum[i][j];
    }
  }
}

#endif
