// Activations to int8.
#include "round.cuh"

struct Quantize {
  const float *x;  // [n][stride], 16-byte aligned
  signed char *q;  // [n][k]
  Scale *d;        // [n][k / 32]
  int k;           // a multiple of 32
  int stride;      // a multiple of 4
};

// Blocks in x take 1024 values of a row, blocks in y rows; a thread takes 4, eight of them a scale.
extern "C" __global__ void __launch_bounds__(256) quantize_q8(Quantize p) {
  int i = 4 * (blockIdx.x * 256 + threadIdx.x);
  if ((i & ~127) >= p.k) return;  // whole warps only
  bool in = i < p.k;              // for eight threads alike
  float4 v = {0, 0, 0, 0};
  if (in) v = load<float4>(p.x + (size_t)blockIdx.y * p.stride + i);
  size_t at = (size_t)blockIdx.y * p.k + i;
  round_q8(v, in, p.q + at, p.d + (at >> 5));
}
