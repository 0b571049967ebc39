// Weights that are not quantized, one struct for each type: 8 of a row at once, and one.
#pragma once
#include "common.cuh"

struct F32 {
  typedef float stored;
  static __device__ __forceinline__ float value(float v) { return v; }
  static __device__ __forceinline__ void eight(const float *p, float *v) {
    float4 a = load<float4>(p), b = load<float4>(p + 4);
    v[0] = a.x, v[1] = a.y, v[2] = a.z, v[3] = a.w;
    v[4] = b.x, v[5] = b.y, v[6] = b.z, v[7] = b.w;
  }
};

// Types of 16 bits.
template <class T>
struct Short {
  typedef u16 stored;
  static __device__ __forceinline__ void eight(const u16 *p, float *v) {
    uint4 a = load<uint4>(p);
    v[0] = T::value(a.x & 0xffff), v[1] = T::value(a.x >> 16);
    v[2] = T::value(a.y & 0xffff), v[3] = T::value(a.y >> 16);
    v[4] = T::value(a.z & 0xffff), v[5] = T::value(a.z >> 16);
    v[6] = T::value(a.w & 0xffff), v[7] = T::value(a.w >> 16);
  }
};

struct F16 : Short<F16> {
  static __device__ __forceinline__ float value(u16 v) { return half_to_float(v); }
};

struct BF16 : Short<BF16> {
  static __device__ __forceinline__ float value(u16 v) { return bf16_to_float(v); }
};

// Values e to e + COUNT - 1 of a row of k, eight of them or four floats; 0 for those behind its end.
// Whole: rows start at multiples of 16 bytes, and k is a multiple of 8.
template <class T, int COUNT>
__device__ __forceinline__ void some(const typename T::stored *row, int e, int k, bool whole, float *v) {
  if (whole && COUNT == 8) {
    T::eight(row + e, v);
  } else if (whole) {
    float4 a = load<float4>(row + e);
    v[0] = a.x, v[1] = a.y, v[2] = a.z, v[3] = a.w;
  } else {
#pragma unroll
    for (int i = 0; i < COUNT; i++) v[i] = e + i < k ? T::value(__ldg(row + e + i)) : 0;
  }
}

template <class T>
__device__ __forceinline__ void eight(const typename T::stored *row, int e, int k, bool whole, float *v) {
  some<T, 8>(row, e, k, whole, v);
}
