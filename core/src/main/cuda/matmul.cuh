// Products of many columns with quantized weights: tiles of int8, 64 of k at a time. Activations are
// copied as they are; weights are unpacked on the way. Every 32 (or 16, where a type's factors change
// so often) have their integer sum, and that its factors, in float32.
#pragma once
#include "tile.cuh"
#include "unpack.cuh"

#define DEPTH 64  // of k in a step
#define CHUNKS (DEPTH / 32)

// A step's weights.
template <class T, int ROWS>
struct __align__(128) Weights {
  // Factors of two chunks beside each other begin 16 banks apart.
  enum { halves = T::halves ? 2 : 1, pitch = ROWS + 16 / halves };
  uint4 q[ROWS][DEPTH / 16];        // see place()
  float d[CHUNKS * halves][pitch];  // one after the other along k
  float m[T::minima ? CHUNKS * halves : 1][T::minima ? pitch : 1];

  __device__ __forceinline__ void put(int line, int chunk, const Chunk &c) {
    const u32 *w = (const u32 *)c.q;
    q[line][place(line, 2 * chunk)] = {w[0], w[1], w[2], w[3]};
    q[line][place(line, 2 * chunk + 1)] = {w[4], w[5], w[6], w[7]};
    int at = halves * chunk;
    d[at][line] = c.d0;
    if (T::halves) d[at + 1][line] = c.d1;
    if (T::minima) m[at][line] = c.m0;
    if (T::minima && T::halves) m[at + 1][line] = c.m1;
  }
};

#if __CUDA_ARCH__ >= 800
#include "matmul_mma.cuh"
#else
#include "matmul_dp4a.cuh"
#endif
