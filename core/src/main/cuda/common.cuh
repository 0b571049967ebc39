// What all kernels of products share.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

// c + the four products of signed bytes. By name: NVRTC 12.0 declares __dp4a and leaves it unresolved.
__device__ __forceinline__ int dp4a(int a, int b, int c) {
  int d;
  asm("dp4a.s32.s32 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c));
  return d;
}

__device__ __forceinline__ float half_to_float(u16 h) {
  float f;
  asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"(h));
  return f;
}

__device__ __forceinline__ float bf16_to_float(u16 h) { return __uint_as_float((u32)h << 16); }

// Sum over the lanes of a warp, in an order that is always the same.
__device__ __forceinline__ float warp_sum(float v) {
#pragma unroll
  for (int i = 16; i > 0; i >>= 1) v = __fadd_rn(v, __shfl_xor_sync(~0u, v, i));
  return v;
}

template <class T>
__device__ __forceinline__ T load(const void *p) {
  return __ldg((const T *)p);
}

// True if 16 bytes can be loaded there at once.
__device__ __forceinline__ bool is_aligned(const void *p) { return ((size_t)p & 15) == 0; }

// Of 32 activations in int8: x = d q. With the sums of the first and of the second 16 q, for weights
// that have a minimum. d is NaN where one of them was not a number or infinite.
struct __align__(8) Scale {
  float d;
  short sum0, sum1;
};

// A matrix of weights: see Planes.java.
struct Planes {
  const u8 *plane[5];
  const u8 *grid;  // values of dev.jora.quant.IqGrids, for the types that have one
};

// A product y[n, rows] = x[n, k] W[rows, k]^T + bias, and with several matrices in W ("experts", one
// after the other) what column c of y is a product of: see matvec.cuh and matmul.cuh.
struct Product {
  Planes w;
  const void *x;     // int8[n][k], or float[n][x_stride] where the weights are not quantized
  const Scale *d;    // [n][k / 32]
  const float *bias; // [rows], with experts [experts][rows]; or null
  const int *expert; // or null
  const int *order;  // or null
  float *y;          // [n][stride]
  int rows, k, n;
  int slots;         // columns that share a row of x
  int stride, x_stride;
};
