// The types of quantized weights, one struct each, named after the file format's block: how 32
// consecutive weights of a block ("a chunk") become bytes with factors. The layouts of blocks stand
// at the classes of dev.jora.quant, the fields of plane[f] in Planes.java.
#pragma once
#include "common.cuh"

// Weight i of 32 is d q - m, where q is byte i of the words, d and m are d0, m0 for the first 16 and
// d1, m1 for the others.
struct Chunk {
  int q[8];
  float d0, d1, m0, m1;

  __device__ __forceinline__ void factor(float d) { d0 = d1 = d; }
  __device__ __forceinline__ void minimum(float m) { m0 = m1 = m; }
};

// Properties of a type: chunks of a block; whether it has minima; whether d1 may differ from d0.
template <int PARTS, bool MINIMA, bool HALVES>
struct Format {
  enum { parts = PARTS, minima = MINIMA, halves = HALVES };  // no constants in the PTX
};

// ---- bytes of words -----------------------------------------------------------------------------

// Each byte (0 to 127) less c.
__device__ __forceinline__ int less(u32 bytes, int c) {
  return (bytes + 0x01010101u * (128 - c)) ^ 0x80808080u;
}

// Four bits to the lowest bits of four bytes.
__device__ __forceinline__ u32 spread(u32 bits) { return (bits & 15) * 0x00204081u & 0x01010101u; }

// Bytes of v, none of them 0, negative where the four bits say so.
__device__ __forceinline__ int signs(u32 v, u32 bits) {
  u32 ones = spread(bits);
  return (v ^ ones * 255) + ones;
}

// A byte of signs from seven bits: the eighth makes their number even.
__device__ __forceinline__ u32 even(u32 seven) {
  seven &= 127;
  return seven | (__popc(seven) & 1) << 7;
}

// Values of a table of 16 bytes, for the low and for the high nibbles of four bytes.
__device__ __forceinline__ void table(uint4 t, u32 nibbles, int &low, int &high) {
  u32 index = nibbles & 0x77777777, upper = (nibbles >> 1 & 0x44444444) | 0x32103210;
  u32 a = __byte_perm(__byte_perm(t.x, t.y, index), __byte_perm(t.z, t.w, index), upper);
  index >>= 16;
  upper >>= 16;
  u32 b = __byte_perm(__byte_perm(t.x, t.y, index), __byte_perm(t.z, t.w, index), upper);
  low = __byte_perm(a, b, 0x6420);
  high = __byte_perm(a, b, 0x7531);
}

// 32 bytes that start at a multiple of 16.
__device__ __forceinline__ void words(const u8 *p, u32 *w) {
  uint4 a = load<uint4>(p), b = load<uint4>(p + 16);
  w[0] = a.x, w[1] = a.y, w[2] = a.z, w[3] = a.w;
  w[4] = b.x, w[5] = b.y, w[6] = b.z, w[7] = b.w;
}

__device__ __forceinline__ void words16(const u8 *p, u32 *w) {
  uint4 a = load<uint4>(p);
  w[0] = a.x, w[1] = a.y, w[2] = a.z, w[3] = a.w;
}

__device__ __forceinline__ float half_at(const u8 *p) { return half_to_float(load<u16>(p)); }

// ---- blocks of 32 -------------------------------------------------------------------------------

struct Q4_0 : Format<1, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int, Chunk &c) {
    u32 w[4];
    words16(p.plane[0] + 16 * b, w);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      c.q[i] = less(w[i] & 0x0f0f0f0f, 8);
      c.q[4 + i] = less(w[i] >> 4 & 0x0f0f0f0f, 8);
    }
    c.factor(half_at(p.plane[1] + 2 * b));
  }
};

struct Q4_1 : Format<1, true, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int, Chunk &c) {
    u32 w[4];
    words16(p.plane[0] + 16 * b, w);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      c.q[i] = w[i] & 0x0f0f0f0f;
      c.q[4 + i] = w[i] >> 4 & 0x0f0f0f0f;
    }
    u32 dm = load<u32>(p.plane[1] + 4 * b);
    c.factor(half_to_float((u16)dm));
    c.minimum(-half_to_float((u16)(dm >> 16)));
  }
};

struct Q5_0 : Format<1, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int, Chunk &c) {
    u32 w[4], high = load<u32>(p.plane[1] + 4 * b);
    words16(p.plane[0] + 16 * b, w);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      c.q[i] = less((w[i] & 0x0f0f0f0f) | spread(high >> 4 * i) << 4, 16);
      c.q[4 + i] = less((w[i] >> 4 & 0x0f0f0f0f) | spread(high >> (16 + 4 * i)) << 4, 16);
    }
    c.factor(half_at(p.plane[2] + 2 * b));
  }
};

struct Q5_1 : Format<1, true, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int, Chunk &c) {
    u32 w[4], high = load<u32>(p.plane[1] + 4 * b);
    words16(p.plane[0] + 16 * b, w);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      c.q[i] = (w[i] & 0x0f0f0f0f) | spread(high >> 4 * i) << 4;
      c.q[4 + i] = (w[i] >> 4 & 0x0f0f0f0f) | spread(high >> (16 + 4 * i)) << 4;
    }
    u32 dm = load<u32>(p.plane[2] + 4 * b);
    c.factor(half_to_float((u16)dm));
    c.minimum(-half_to_float((u16)(dm >> 16)));
  }
};

struct Q8_0 : Format<1, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int, Chunk &c) {
    words(p.plane[0] + 32 * b, (u32 *)c.q);
    c.factor(half_at(p.plane[1] + 2 * b));
  }
};

// ---- blocks of 256 with scales ------------------------------------------------------------------

// The two bits of weights 32 t to 32 t + 31 of a half: bits 2 t and 2 t + 1 of 32 bytes.
__device__ __forceinline__ void two_bits(const u8 *qs, int part, u32 *q) {
  words(qs + 32 * (part >> 2), q);
#pragma unroll
  for (int i = 0; i < 8; i++) q[i] = q[i] >> 2 * (part & 3) & 0x03030303;
}

struct Q2_K : Format<8, true, true> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    two_bits(p.plane[0] + 64 * b, part, (u32 *)c.q);
    u32 s = load<u16>(p.plane[1] + 16 * b + 2 * part), dm = load<u32>(p.plane[2] + 4 * b);
    float d = half_to_float((u16)dm), m = half_to_float((u16)(dm >> 16));
    c.d0 = d * (s & 15);
    c.m0 = m * (s >> 4 & 15);
    c.d1 = d * (s >> 8 & 15);
    c.m1 = m * (s >> 12);
  }
};

struct Q3_K : Format<8, false, true> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    u32 q[8], high[8];
    two_bits(p.plane[0] + 64 * b, part, q);
    words(p.plane[1] + 32 * b, high);
#pragma unroll
    for (int i = 0; i < 8; i++) c.q[i] = less(q[i] | (high[i] >> part & 0x01010101) << 2, 4);
    const u8 *scales = p.plane[2] + 12 * b;  // of both halves in two bytes, here and there
    int at = 16 * (part & 1);
    u32 low = load<u32>(scales + 2 * (part & 2)) >> at >> 4 * (part >> 2) & 0x0f0f;
    u32 s = low | (load<u32>(scales + 8) >> at >> 2 * (part >> 1) & 0x0303) << 4;
    float d = half_at(p.plane[3] + 2 * b);
    c.d0 = d * ((int)(s & 255) - 32);
    c.d1 = d * ((int)(s >> 8) - 32);
  }
};

// The scale and the minimum of Q4_K and Q5_K from d, dmin and their 12 bytes.
__device__ __forceinline__ void k_scales(uint4 head, int part, Chunk &c) {
  int at = 8 * (part & 3);
  u32 a = head.y >> at, b = head.z >> at, both = head.w >> at;
  u32 s = part < 4 ? a & 63 : (both & 15) | (a >> 6 & 3) << 4;
  u32 m = part < 4 ? b & 63 : (both >> 4 & 15) | (b >> 6 & 3) << 4;
  c.factor(half_to_float((u16)head.x) * s);
  c.minimum(half_to_float((u16)(head.x >> 16)) * m);
}

struct Q4_K : Format<8, true, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    u32 w[8];
    words(p.plane[0] + 128 * b + 32 * (part >> 1), w);
#pragma unroll
    for (int i = 0; i < 8; i++) c.q[i] = w[i] >> 4 * (part & 1) & 0x0f0f0f0f;
    k_scales(load<uint4>(p.plane[1] + 16 * b), part, c);
  }
};

struct Q5_K : Format<8, true, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    u32 w[8], high[8];
    words(p.plane[0] + 128 * b + 32 * (part >> 1), w);
    words(p.plane[1] + 32 * b, high);
#pragma unroll
    for (int i = 0; i < 8; i++) {
      c.q[i] = (w[i] >> 4 * (part & 1) & 0x0f0f0f0f) | (high[i] >> part & 0x01010101) << 4;
    }
    k_scales(load<uint4>(p.plane[2] + 16 * b), part, c);
  }
};

struct Q6_K : Format<8, false, true> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    u32 low[8], high[8];
    words(p.plane[0] + 128 * b + 64 * (part >> 2) + 32 * (part & 1), low);
    two_bits(p.plane[1] + 64 * b, part, high);
#pragma unroll
    for (int i = 0; i < 8; i++) {
      c.q[i] = less((low[i] >> 2 * (part & 2) & 0x0f0f0f0f) | high[i] << 4, 32);
    }
    int s = load<short>(p.plane[2] + 16 * b + 2 * part);
    float d = half_at(p.plane[3] + 2 * b);
    c.d0 = d * (signed char)s;
    c.d1 = d * (s >> 8);
  }
};

// ---- tables of 16 values ------------------------------------------------------------------------

// -127 -104 -83 -65 -49 -35 -22 -10 1 13 25 38 53 69 89 113: dev.jora.quant.Iq4Values
__device__ __forceinline__ uint4 iq4_values() {
  return {0xbfad9881u, 0xf6eaddcfu, 0x26190d01u, 0x71594535u};
}

// 0 1 2 3 4 6 8 12 and the same negative: twice the floats of 4 bits
__device__ __forceinline__ uint4 fp4_values() {
  return {0x03020100u, 0x0c080604u, 0xfdfeff00u, 0xf4f8fafcu};
}

// Byte j of 16: weight j in the low nibble, weight 16 + j in the high one.
__device__ __forceinline__ void table32(uint4 values, const u8 *qs, Chunk &c) {
  u32 w[4];
  words16(qs, w);
#pragma unroll
  for (int i = 0; i < 4; i++) table(values, w[i], c.q[i], c.q[4 + i]);
}

struct IQ4_NL : Format<1, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int, Chunk &c) {
    table32(iq4_values(), p.plane[0] + 16 * b, c);
    c.factor(half_at(p.plane[1] + 2 * b));
  }
};

struct IQ4_XS : Format<8, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    table32(iq4_values(), p.plane[0] + 128 * b + 16 * part, c);
    uint2 head = load<uint2>(p.plane[1] + 8 * b);
    int s = (head.y >> 4 * part & 15) | (head.x >> 16 >> 2 * part & 3) << 4;
    c.factor(half_to_float((u16)head.x) * (s - 32));
  }
};

struct MXFP4 : Format<1, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int, Chunk &c) {
    table32(fp4_values(), p.plane[0] + 16 * b, c);
    u32 e = load<u8>(p.plane[1] + b);
    c.factor(__uint_as_float(e < 2 ? 0x00200000u << e : (e - 1) << 23));
  }
};

struct NVFP4 : Format<2, false, true> {
  // Half of a float with 4 bits of exponent and 3 of mantissa; 0x7f is none.
  static __device__ __forceinline__ float scale(u32 b) {
    u32 e = b >> 3 & 15, f = b & 7;
    float d = e == 0 ? f * 0x1p-10f : (8 + f) * __uint_as_float((e + 116) << 23);
    return b == 0x7f ? 0 : d;
  }

  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    u32 w[4], s = load<u16>(p.plane[1] + 4 * b + 2 * part);
    words16(p.plane[0] + 32 * b + 16 * part, w);
    uint4 values = fp4_values();
#pragma unroll
    for (int i = 0; i < 2; i++) {
      table(values, w[i], c.q[i], c.q[2 + i]);
      table(values, w[2 + i], c.q[4 + i], c.q[6 + i]);
    }
    c.d0 = scale(s & 255);
    c.d1 = scale(s >> 8);
  }
};

// ---- two and three values -----------------------------------------------------------------------

struct TQ1_0 : Format<8, false, false> {
  // Digit n of four bytes: the upper byte of (byte power mod 256) 3.
  static __device__ __forceinline__ int digits(u32 w, u32 power) {
    u32 even = ((w & 0x00ff00ff) * power & 0x00ff00ff) * 3;
    u32 odd = ((w >> 8 & 0x00ff00ff) * power & 0x00ff00ff) * 3;
    return less((even >> 8 & 0x00030003) | (odd & 0x03000300), 1);
  }

  static __device__ __forceinline__ u32 power(int n) {
    return n < 4 ? 0x1b090301u >> 8 * n & 255 : 81;
  }

  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    const u8 *qs = p.plane[0] + 48 * b;
    u32 first[4], second[4];
    int n = part < 5 ? part : 2 * part - 10;  // of the first 16
    u32 power0 = power(n), power1 = part < 5 ? power0 : power(n + 1);
    words16(qs + (part < 5 ? 0 : 32), first);
    words16(qs + (part < 5 ? 16 : 32), second);
    u32 rest = load<u32>(p.plane[1] + 4 * b);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      c.q[i] = digits(first[i], power0);
      c.q[4 + i] = part < 7 ? digits(second[i], power1) : digits(rest, power(i));
    }
    c.factor(half_at(p.plane[2] + 2 * b));
  }
};

struct TQ2_0 : Format<8, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    u32 q[8];
    two_bits(p.plane[0] + 64 * b, part, q);
#pragma unroll
    for (int i = 0; i < 8; i++) c.q[i] = less(q[i], 1);
    c.factor(half_at(p.plane[1] + 2 * b));
  }
};

struct Q1_0 : Format<4, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    u32 bits = load<u32>(p.plane[0] + 16 * b + 4 * part);
#pragma unroll
    for (int i = 0; i < 8; i++) c.q[i] = less(spread(bits >> 4 * i) << 1, 1);
    c.factor(half_at(p.plane[1] + 2 * b));
  }
};

struct Q2_0 : Format<2, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    uint2 w = load<uint2>(p.plane[0] + 16 * b + 8 * part);
#pragma unroll
    for (int i = 0; i < 8; i++) {
      u32 x = (i < 4 ? w.x : w.y) >> 8 * (i & 3) & 255;
      c.q[i] = less((x | x << 6 | x << 12 | x << 18) & 0x03030303, 1);
    }
    c.factor(half_at(p.plane[1] + 2 * b));
  }
};

// ---- grids --------------------------------------------------------------------------------------

// Group g of 8: a point of a grid, with signs.
__device__ __forceinline__ void point(const u8 *grid, u32 index, u32 sign, int g, Chunk &c) {
  uint2 v = load<uint2>(grid + 8 * index);
  c.q[2 * g] = signs(v.x, sign);
  c.q[2 * g + 1] = signs(v.y, sign >> 4);
}

// Group g of 8: a point of IQ1's grid times 8, with 1 more or less.
__device__ __forceinline__ void shifted(const u8 *grid, u32 index, bool down, int g, Chunk &c) {
  uint2 v = load<uint2>(grid + 8 * index);
  u32 shift = down ? 0u - 0x01010101u : 0x01010101u;
  c.q[2 * g] = (((v.x << 3 & 0xf8f8f8f8) ^ 0x80808080) + shift) ^ 0x80808080;
  c.q[2 * g + 1] = (((v.y << 3 & 0xf8f8f8f8) ^ 0x80808080) + shift) ^ 0x80808080;
}

struct IQ1_S : Format<8, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    u32 low = load<u32>(p.plane[0] + 32 * b + 4 * part);
    u32 high = load<u16>(p.plane[1] + 16 * b + 2 * part);
#pragma unroll
    for (int g = 0; g < 4; g++) {
      u32 index = (low >> 8 * g & 255) | (high >> 3 * g & 7) << 8;
      shifted(p.grid, index, high >> 15, g, c);
    }
    c.factor(half_at(p.plane[2] + 2 * b) * (2 * (high >> 12 & 7) + 1) * 0.125f);
  }
};

struct IQ1_M : Format<8, false, true> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    u32 low = load<u32>(p.plane[0] + 32 * b + 4 * part);
    u32 high = load<u16>(p.plane[1] + 16 * b + 2 * part);
#pragma unroll
    for (int g = 0; g < 4; g++) {
      u32 nibble = high >> 4 * g;
      shifted(p.grid, (low >> 8 * g & 255) | (nibble & 7) << 8, nibble >> 3 & 1, g, c);
    }
    uint2 s = load<uint2>(p.plane[2] + 8 * b);
    u32 bits = (s.x >> 12 & 15) | (s.x >> 28) << 4 | (s.y >> 12 & 15) << 8 | (s.y >> 28) << 12;
    float d = half_to_float((u16)bits) * 0.125f;
    u32 scales = (part < 4 ? s.x : s.y) >> 16 * (part >> 1 & 1) >> 6 * (part & 1);
    c.d0 = d * (2 * (scales & 7) + 1);
    c.d1 = d * (2 * (scales >> 3 & 7) + 1);
  }
};

struct IQ2_XXS : Format<8, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    uint2 w = load<uint2>(p.plane[0] + 64 * b + 8 * part);
#pragma unroll
    for (int g = 0; g < 4; g++) point(p.grid, w.x >> 8 * g & 255, even(w.y >> 7 * g), g, c);
    c.factor(half_at(p.plane[1] + 2 * b) * (0.5f + (w.y >> 28)) * 0.25f);
  }
};

// The two scales of 4 bits that a byte holds.
__device__ __forceinline__ void nibble_scales(float d, u32 byte, Chunk &c) {
  c.d0 = d * (0.5f + (byte & 15)) * 0.25f;
  c.d1 = d * (0.5f + (byte >> 4)) * 0.25f;
}

struct IQ2_XS : Format<8, false, true> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    uint2 w = load<uint2>(p.plane[0] + 64 * b + 8 * part);
#pragma unroll
    for (int g = 0; g < 4; g++) {
      u32 q = (g < 2 ? w.x : w.y) >> 16 * (g & 1);
      point(p.grid, q & 511, even(q >> 9), g, c);
    }
    nibble_scales(half_at(p.plane[2] + 2 * b), load<u8>(p.plane[1] + 8 * b + part), c);
  }
};

struct IQ2_S : Format<8, false, true> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    u32 low = load<u32>(p.plane[0] + 32 * b + 4 * part);
    u32 sign = load<u32>(p.plane[1] + 32 * b + 4 * part);
    u32 high = load<u8>(p.plane[2] + 8 * b + part);
#pragma unroll
    for (int g = 0; g < 4; g++) {
      u32 index = (low >> 8 * g & 255) | (high >> 2 * g & 3) << 8;
      point(p.grid, index, sign >> 8 * g, g, c);
    }
    nibble_scales(half_at(p.plane[4] + 2 * b), load<u8>(p.plane[3] + 8 * b + part), c);
  }
};

struct IQ3_XXS : Format<8, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    uint2 w = load<uint2>(p.plane[0] + 64 * b + 8 * part);
    u32 word = load<u32>(p.plane[1] + 32 * b + 4 * part);
#pragma unroll
    for (int q = 0; q < 8; q++) {
      u32 index = (q < 4 ? w.x : w.y) >> 8 * (q & 3) & 255;
      c.q[q] = signs(load<u32>(p.grid + 4 * index), even(word >> 7 * (q >> 1)) >> 4 * (q & 1));
    }
    c.factor(half_at(p.plane[2] + 2 * b) * (0.5f + (word >> 28)) * 0.5f);
  }
};

struct IQ3_S : Format<8, false, false> {
  static __device__ __forceinline__ void unpack(const Planes &p, size_t b, int part, Chunk &c) {
    uint2 w = load<uint2>(p.plane[0] + 64 * b + 8 * part);
    u32 sign = load<u32>(p.plane[1] + 32 * b + 4 * part);
    u32 high = load<u8>(p.plane[2] + 8 * b + part);
#pragma unroll
    for (int q = 0; q < 8; q++) {
      u32 index = ((q < 4 ? w.x : w.y) >> 8 * (q & 3) & 255) | (high >> q & 1) << 8;
      c.q[q] = signs(load<u32>(p.grid + 4 * index), sign >> 4 * q);
    }
    u32 s = load<u8>(p.plane[3] + 4 * b + (part >> 1)) >> 4 * (part & 1) & 15;
    c.factor(half_at(p.plane[4] + 2 * b) * (1 + 2 * s));
  }
};
