// Activations to int8.
#include "common.cuh"

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
  const u32 none = 0x7f800000;    // bits of infinity: those of what is no number are higher
  float4 v = {0, 0, 0, 0};
  if (in) v = load<float4>(p.x + (size_t)blockIdx.y * p.stride + i);
  u32 top = max(max(__float_as_uint(v.x) & 0x7fffffff, __float_as_uint(v.y) & 0x7fffffff),
                max(__float_as_uint(v.z) & 0x7fffffff, __float_as_uint(v.w) & 0x7fffffff));
#pragma unroll
  for (int s = 4; s > 0; s >>= 1) top = max(top, __shfl_xor_sync(~0u, top, s));
  float most = __uint_as_float(top);
  float d = most / 127;
  float inverse = most < 1e-35f ? 0 : 127 / most;  // what is smaller counts as 0
  if (top >= none) {
    d = __uint_as_float(0x7fffffff);
    inverse = 0;
  }
  int q = (__float2int_rn(v.x * inverse) & 255) | (__float2int_rn(v.y * inverse) & 255) << 8 |
          (__float2int_rn(v.z * inverse) & 255) << 16 | __float2int_rn(v.w * inverse) << 24;
  int sum = dp4a(q, 0x01010101, 0);
  sum += __shfl_xor_sync(~0u, sum, 1);
  sum += __shfl_xor_sync(~0u, sum, 2);
  int second = __shfl_xor_sync(~0u, sum, 4);
  if (!in) return;
  size_t at = (size_t)blockIdx.y * p.k + i;
  *(int *)(p.q + at) = q;
  if ((threadIdx.x & 7) == 0) p.d[at >> 5] = {d, (short)sum, (short)second};
}
