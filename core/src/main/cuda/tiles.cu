// What becomes of tiles of parts of k.
#include "common.cuh"

struct AddParts {
  const float *parts;  // [count][n][rows]
  const float *bias;   // [rows], or null
  float *y;            // [n][stride]
  int rows, n, count, stride;
};

// Blocks in x take 256 rows, blocks in y columns.
extern "C" __global__ void __launch_bounds__(256) add_parts(AddParts p) {
  int row = blockIdx.x * 256 + threadIdx.x, c = blockIdx.y;
  if (row >= p.rows) return;
  const float *from = p.parts + (size_t)c * p.rows + row;
  float sum = *from;
#pragma unroll 4
  for (int i = 1; i < p.count; i++) sum = __fadd_rn(sum, from[(size_t)i * p.n * p.rows]);
  p.y[(size_t)c * p.stride + row] = p.bias ? __fadd_rn(sum, p.bias[row]) : sum;
}
