// Rows of a matrix as float32: the look-up of embeddings. out[i,:] = scale · W[ids[i],:].
#pragma once
#include "unpack.cuh"

struct RowsOf {
  Planes w;
  const int *ids;  // [n]
  float *out;      // [n][stride]
  int k;
  int stride;      // a multiple of 4 for quantized types
  float scale;
};

// As the CPU rounds it.
__device__ __forceinline__ float weight(float scale, float d, int q, float m) {
  return __fmul_rn(scale, __fsub_rn(__fmul_rn(d, q), m));
}

// Blocks in x take 4096 values of a row, threads 32 of them; blocks in y rows.
template <class T>
__device__ __forceinline__ void rows(const RowsOf &p) {
  int i = blockIdx.x * 128 + threadIdx.x, chunks = p.k >> 5;
  if (i >= chunks) return;
  Chunk c;
  T::unpack(p.w, (size_t)p.ids[blockIdx.y] * (chunks / T::parts) + i / T::parts, i % T::parts, c);
  float4 *to = (float4 *)(p.out + (size_t)blockIdx.y * p.stride + 32 * i);
#pragma unroll
  for (int j = 0; j < 8; j++) {
    float d = j < 4 ? c.d0 : c.d1, m = !T::minima ? 0 : j < 4 ? c.m0 : c.m1;
    float4 v;
    v.x = weight(p.scale, d, (signed char)c.q[j], m);
    v.y = weight(p.scale, d, (signed char)(c.q[j] >> 8), m);
    v.z = weight(p.scale, d, (signed char)(c.q[j] >> 16), m);
    v.w = weight(p.scale, d, c.q[j] >> 24, m);
    to[j] = v;
  }
}
