// Attention of query heads over pages of keys and values: what its kernels share.
#pragma once
#include "cache.cuh"

struct Attend {
  Cache c;
  const float *q;
  float *out;
  const float *sinks;    // a score for each head that has no value; or null
  const int *positions;  // of each row
  const int *spans;      // of each row
  const int *lengths;    // of each span's text, this pass included
  float *sums;           // [row][head][stretch][value_dim], of a stretch of a row that is drawn
  float2 *states;        // [row][head][stretch], its largest score and the sum of its weights
  signed char *codes;    // [row][heads value_dim], the row rounded; or null
  Scale *scales;         // [row][heads value_dim / 32]
  int heads, q_stride, out_stride;
  int window, causal;
  float scale, softcap, max_bias;
  int first, n;          // of rows that are read: the first, and how many
  int stretches;         // of a row that is drawn, at the most
  int tile, key_pitch;   // of such a row: positions in shared memory, and bytes from key to key there
};

#define NONE __int_as_float(0xff800000)  // the largest of no scores

// By how much a head lowers a score for each position of distance: dev.jora.backend.Attention.
__device__ __forceinline__ float slope_of(const Attend &p, int head) {
  if (p.max_bias == 0.0f) return 0.0f;
  int m = 1 << (31 - __clz(p.heads));
  float e = head < m ? -p.max_bias * (head + 1) / m : -p.max_bias / 2 * (2 * (head - m) + 1) / m;
  return exp2f(e);
}

// Positions that a query sees.
struct Sight {
  int from, to;

  __device__ __forceinline__ Sight(const Attend &p, int position, int span) {
    int length = p.lengths[span];
    from = 0;
    to = p.causal ? position + 1 : length;
    if (p.window) {
      from = max(0, p.causal ? position + 1 - p.window : position - p.window / 2);
      if (!p.causal) to = (int)min((long long)length, position + p.window / 2 + 1ll);
    }
  }
};

__device__ __forceinline__ float scored(const Attend &p, float score, float slope, int distance) {
  if (p.softcap != 0.0f) score = p.softcap * tanhf(score / p.softcap);
  return score - slope * abs(distance);
}

// True if the values of a row can be read eight, or four, at once.
__device__ __forceinline__ bool is_whole(int row, int dim) { return (row & 15) == 0 && (dim & 7) == 0; }

// The two halves of a word, the lower one first.
__device__ __forceinline__ void halves_of(u32 word, float &a, float &b) {
  asm("{.reg .b16 low, high; mov.b32 {low, high}, %2; cvt.f32.f16 %0, low; cvt.f32.f16 %1, high;}"
      : "=f"(a), "=f"(b)
      : "r"(word));
}

// Codes are bytes: as floats without a conversion.
__device__ __forceinline__ void codes_of(u32 word, float d, float *v) {
  word ^= 0x80808080;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    v[i] = d * (__uint_as_float(__byte_perm(word, 0x4b000000, 0x7440 + i)) - 8388736.0f);
  }
}

// Values e to e + N - 1 of a row, N being 4 or 8 and e a multiple of it; 0 behind the end.
template <int TYPE, int N>
__device__ __forceinline__ void values_of(const u8 *row, int e, int dim, bool whole, float *v) {
  if (TYPE == Q8_0) {
    const u16 *block = (const u16 *)(row + e / 32 * 34);
    float d = half_to_float(block[0]);
    const u16 *codes = block + 1 + e % 32 / 2;
#pragma unroll
    for (int i = 0; i < N; i += 4) codes_of(codes[i / 2] | (u32)codes[i / 2 + 1] << 16, d, v + i);
  } else if (!whole) {
#pragma unroll
    for (int i = 0; i < N; i++) v[i] = e + i < dim ? load_value(TYPE, row, e + i) : 0.0f;
  } else if (TYPE == F32) {
#pragma unroll
    for (int i = 0; i < N; i += 4) {
      float4 a = *(const float4 *)(row + 4 * (e + i));
      v[i] = a.x, v[i + 1] = a.y, v[i + 2] = a.z, v[i + 3] = a.w;
    }
  } else {
    u32 word[N / 2];
    if (N == 8) {
      *(uint4 *)word = *(const uint4 *)(row + 2 * e);
    } else {
      *(uint2 *)word = *(const uint2 *)(row + 2 * e);
    }
#pragma unroll
    for (int i = 0; i < N / 2; i++) {
      if (TYPE == F16) {
        halves_of(word[i], v[2 * i], v[2 * i + 1]);
      } else {
        v[2 * i] = __uint_as_float(word[i] << 16);
        v[2 * i + 1] = __uint_as_float(word[i] & 0xffff0000);
      }
    }
  }
}

// ---- copies to shared memory ------------------------------------------------------------------

__device__ __forceinline__ u32 address_of(const void *p) { return (u32)__cvta_generic_to_shared(p); }

// 16, 8, 4 or 2 bytes, which are there when wait() says so.
template <int BYTES>
__device__ __forceinline__ void fetch(void *to, const void *from) {
#if __CUDA_ARCH__ >= 800
  if (BYTES == 16) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(address_of(to)), "l"(from));
  } else if (BYTES > 2) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2;" ::"r"(address_of(to)), "l"(from), "n"(BYTES));
  } else {
    *(u16 *)to = load<u16>(from);
  }
#else
  if (BYTES == 16) *(uint4 *)to = load<uint4>(from);
  if (BYTES == 8) *(uint2 *)to = load<uint2>(from);
  if (BYTES == 4) *(u32 *)to = load<u32>(from);
  if (BYTES == 2) *(u16 *)to = load<u16>(from);
#endif
}

// Ends a group of copies.
__device__ __forceinline__ void end_group() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;");
#endif
}

// Until all groups of this thread but the last LEFT are there.
template <int LEFT>
__device__ __forceinline__ void wait() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;" ::"n"(LEFT));
#endif
}

template <int BYTES>
__device__ __forceinline__ void fetch_run(u8 *to, const u8 *from, int bytes) {
  for (int i = BYTES * threadIdx.x; i < bytes; i += BYTES * blockDim.x) fetch<BYTES>(to + i, from + i);
}

// n rows that follow each other, to rows that begin `pitch` bytes apart; where they are not to lie as
// they do, they are multiples of 16 bytes.
__device__ __forceinline__ void fetch_rows(u8 *to, int pitch, const u8 *from, int row, int n) {
  if (pitch != row) {
    int pieces = row / 16;
    float inverse = 1.0f / pieces;
    for (int i = threadIdx.x; i < n * pieces; i += blockDim.x) {
      int r = (int)((i + 0.5f) * inverse);  // exact: there are not many
      fetch<16>(to + r * pitch + 16 * (i - r * pieces), from + 16 * i);
    }
    return;
  }
  int bytes = n * row, odd = (bytes | (int)(size_t)from) & 15;
  if (odd == 0) {
    fetch_run<16>(to, from, bytes);
  } else if ((odd & 7) == 0) {
    fetch_run<8>(to, from, bytes);
  } else if ((odd & 3) == 0) {
    fetch_run<4>(to, from, bytes);
  } else {
    fetch_run<2>(to, from, bytes);
  }
}
