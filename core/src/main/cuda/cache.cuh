// Pages of keys and values: dev.jora.backend.state.PagedLayer has the layout.
#pragma once
#include "float_math.cuh"

enum { PAGE = 64 };

// Types of cached values.
enum { F32, F16, BF16, Q8_0 };

// What a layer keeps of the texts of a pass.
struct Cache {
  const long long *pages;  // [span][most_pages], addresses; of a span the first is that of ...
  const int *first;        // [span] this position
  int most_pages;
  int kv_heads;
  int key_dim, value_dim;
  int key_type;
  int value_type;  // -1: values are the beginnings of keys
  int key_row, value_row;  // bytes
};

__device__ __forceinline__ const u8 *page_of(const Cache &c, int span, int position) {
  int page = (position - c.first[span]) / PAGE;
  return (const u8 *)c.pages[(size_t)span * c.most_pages + page];
}

__device__ __forceinline__ size_t key_at(const Cache &c, int head, int position) {
  return (size_t)(head * PAGE + position % PAGE) * c.key_row;
}

__device__ __forceinline__ size_t value_at(const Cache &c, int head, int position) {
  size_t keys = (size_t)PAGE * c.key_row * c.kv_heads;
  return keys + (size_t)(head * PAGE + position % PAGE) * c.value_row;
}

// Value i of a row.
__device__ __forceinline__ float load_value(int type, const u8 *row, int i) {
  switch (type) {
    case F32:
      return ((const float *)row)[i];
    case F16:
      return half_to_float(((const u16 *)row)[i]);
    case BF16:
      return bf16_to_float(((const u16 *)row)[i]);
    default: {
      const u8 *block = row + i / 32 * 34;
      return half_to_float(*(const u16 *)block) * (float)(signed char)block[2 + i % 32];
    }
  }
}

__device__ __forceinline__ u16 float_to_half(float f) {
  u16 h;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h) : "f"(f));
  return h;
}

// To the nearest, ties to even; what is not a number stays so.
__device__ __forceinline__ u16 float_to_bf16(float f) {
  u32 bits = __float_as_uint(f);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return (u16)(bits >> 16 | 64);
  return (u16)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

// Stores value i of a row, all 32 lanes those of a block of 32.
__device__ __forceinline__ void store_value(int type, u8 *row, int i, float v, bool inside) {
  if (type == Q8_0) {
    float most = inside ? fabsf(v) : 0.0f;
#pragma unroll
    for (int s = 16; s > 0; s >>= 1) {
      float other = __shfl_xor_sync(~0u, most, s);
      most = other > most || other != other ? other : most;
    }
    float d = most / 127.0f, inverse = d != 0.0f ? 1.0f / d : 0.0f;
    if (!inside) return;
    u8 *block = row + i / 32 * 34;
    if (i % 32 == 0) *(u16 *)block = float_to_half(d);
    float q = v * inverse;
    block[2 + i % 32] = (u8)(signed char)(int)(q + copysignf(0.5f, q));
    return;
  }
  if (!inside) return;
  if (type == F32) ((float *)row)[i] = v;
  if (type == F16) ((u16 *)row)[i] = float_to_half(v);
  if (type == BF16) ((u16 *)row)[i] = float_to_bf16(v);
}
