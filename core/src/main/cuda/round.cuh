// Activations rounded to int8, 32 of them to a scale.
#pragma once
#include "common.cuh"

// Four neighbours of a row, eight threads of a warp having 32; whole warps come here, `in` being true
// for what there is. q and d are where these four, and the scale of the 32, go.
__device__ __forceinline__ void round_q8(float4 v, bool in, signed char *q, Scale *d) {
  const u32 none = 0x7f800000;  // bits of infinity: those of what is no number are higher
  u32 top = max(max(__float_as_uint(v.x) & 0x7fffffff, __float_as_uint(v.y) & 0x7fffffff),
                max(__float_as_uint(v.z) & 0x7fffffff, __float_as_uint(v.w) & 0x7fffffff));
#pragma unroll
  for (int s = 4; s > 0; s >>= 1) top = max(top, __shfl_xor_sync(~0u, top, s));
  float most = __uint_as_float(top);
  float scale = most / 127;
  float inverse = most < 1e-35f ? 0 : 127 / most;  // what is smaller counts as 0
  if (top >= none) {
    scale = __uint_as_float(0x7fffffff);
    inverse = 0;
  }
  int codes = (__float2int_rn(v.x * inverse) & 255) | (__float2int_rn(v.y * inverse) & 255) << 8 |
              (__float2int_rn(v.z * inverse) & 255) << 16 | __float2int_rn(v.w * inverse) << 24;
  int sum = dp4a(codes, 0x01010101, 0);
  sum += __shfl_xor_sync(~0u, sum, 1);
  sum += __shfl_xor_sync(~0u, sum, 2);
  int second = __shfl_xor_sync(~0u, sum, 4);
  if (!in) return;
  *(int *)q = codes;
  if ((threadIdx.x & 7) == 0) *d = {scale, (short)sum, (short)second};
}
