// Attention of rows that are read: 64 queries of a head by the keys of a page, with the online
// softmax of flash attention. Of 128 threads each warp has 16 queries. A lane holds scores and sums of
// two of them, queries g and g + 8 for g = lane / 4, and of these columns 8 j + 2 t and the next, for t
// = lane % 4: as tensor cores give them. Keys and values come in chunks of dimensions.
//
// From compute_80 on all is multiplied as numbers of 16 bits: queries and weights as sums of two of
// them, keys and values as they are, or where they are others as sums of two bfloat16. Below it is
// float32. What a row does not see changes nothing in it, so tiles may begin anywhere.
#pragma once
#include "attention.cuh"

enum { QUERIES = 64 };

#if __CUDA_ARCH__ >= 800

enum { CHUNK = 128, PIECE = 8 };  // dimensions of a chunk, and of 16 bytes of it

// c + a b for a tile of 16 x 8 with 16 products each.
__device__ __forceinline__ void multiply_f16(const u32 *a, const u32 *b, float *c) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__device__ __forceinline__ void multiply_bf16(const u32 *a, const u32 *b, float *c) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Keys and values of a type are PARTS numbers each, of 16 bits.
struct Halves {
  enum { TYPE = F16, PARTS = 1 };
  static __device__ __forceinline__ void multiply(const u32 *a, const u32 *b, float *c) { multiply_f16(a, b, c); }
  // The numbers nearest to a and b, a in the lower half; and to what then is left of them.
  static __device__ __forceinline__ void split(float a, float b, u32 &most, u32 &rest) {
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(most) : "f"(b), "f"(a));
    float x, y;
    halves_of(most, x, y);
    a = __fsub_rn(a, x);
    b = __fsub_rn(b, y);
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(rest) : "f"(b), "f"(a));
  }
};

struct Brains {
  enum { TYPE = BF16, PARTS = 1 };
  static __device__ __forceinline__ void multiply(const u32 *a, const u32 *b, float *c) { multiply_bf16(a, b, c); }
  static __device__ __forceinline__ void split(float a, float b, u32 &most, u32 &rest) {
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(most) : "f"(b), "f"(a));
    a = __fsub_rn(a, __uint_as_float(most << 16));
    b = __fsub_rn(b, __uint_as_float(most & 0xffff0000));
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(rest) : "f"(b), "f"(a));
  }
};

struct Pairs : Brains {
  enum { TYPE = -1, PARTS = 2 };
};

template <bool TRANSPOSED>
__device__ __forceinline__ void load_matrices(const void *row, u32 *r) {
  if (TRANSPOSED) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(address_of(row)));
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(address_of(row)));
  }
}

// Rows of 272 bytes: 16 of each of 8 rows hit all banks once. Two are one being filled while the other
// is read, or the two parts of numbers.
struct Tiles {
  uint4 part[2][PAGE][CHUNK / PIECE + 1];
};

// The products of 16 queries, in two parts, and all keys of a page along 16 dimensions from 16 k on.
template <class T>
__device__ __forceinline__ void scores_of(const Tiles &tiles, int buffer, int k, const u32 (&a)[2][4], float (&s)[8][4]) {
  int lane = threadIdx.x & 31;
#pragma unroll
  for (int j = 0; j < 4; j++) {
    u32 b[T::PARTS][4];
#pragma unroll
    for (int i = 0; i < T::PARTS; i++) {
      load_matrices<false>(&tiles.part[buffer + i][16 * j + (lane & 7) + 8 * (lane >> 4)][2 * k + (lane >> 3 & 1)], b[i]);
    }
#pragma unroll
    for (int h = 0; h < 2; h++) {
      T::multiply(a[1], b[0] + 2 * h, s[2 * j + h]);
      if (T::PARTS == 2) T::multiply(a[0], b[T::PARTS - 1] + 2 * h, s[2 * j + h]);
      T::multiply(a[0], b[0] + 2 * h, s[2 * j + h]);
    }
  }
}

// Sums of `width` dimensions, values times weights.
template <class T>
__device__ __forceinline__ void sums_of(const Tiles &tiles, int buffer, int width, const float (&s)[8][4],
                                        float (*sum)[4]) {
  int lane = threadIdx.x & 31;
#pragma unroll
  for (int k = 0; k < PAGE / 16; k++) {
    u32 a[2][4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
      T::split(s[2 * k + i / 2][2 * (i % 2)], s[2 * k + i / 2][2 * (i % 2) + 1], a[0][i], a[1][i]);
    }
#pragma unroll
    for (int j = 0; j < CHUNK / 16; j++) {
      if (16 * j < width) {
        u32 b[T::PARTS][4];
#pragma unroll
        for (int i = 0; i < T::PARTS; i++) {
          load_matrices<true>(&tiles.part[buffer + i][16 * k + (lane & 15)][2 * j + (lane >> 4)], b[i]);
        }
#pragma unroll
        for (int h = 0; h < 2; h++) {
          T::multiply(a[1], b[0] + 2 * h, sum[2 * j + h]);
          if (T::PARTS == 2) T::multiply(a[0], b[T::PARTS - 1] + 2 * h, sum[2 * j + h]);
          T::multiply(a[0], b[0] + 2 * h, sum[2 * j + h]);
        }
      }
    }
  }
}

#else

enum { CHUNK = 64, PIECE = 4 };

struct Halves {
  enum { TYPE = F16, PARTS = 1 };
};

struct Brains {
  enum { TYPE = BF16, PARTS = 1 };
};

struct Pairs {
  enum { TYPE = -1, PARTS = 1 };
};

struct Tiles {
  float4 part[1][PAGE][CHUNK / PIECE + 1];
  float4 queries[QUERIES][CHUNK / PIECE + 1];  // a chunk of them; then weights. A warp has its own rows.
};

// The products of 16 queries and all keys of a page along a chunk.
__device__ __forceinline__ void scores_of(const Tiles &tiles, int width, float (&s)[8][4]) {
  int lane = threadIdx.x & 31, row = threadIdx.x / 32 * 16 + (lane >> 2);
#pragma unroll 1
  for (int k = 0; 4 * k < width; k++) {
    float4 a[2] = {tiles.queries[row][k], tiles.queries[row + 8][k]};
#pragma unroll
    for (int j = 0; j < 16; j++) {
      float4 b = tiles.part[0][j / 2 * 8 + 2 * (lane & 3) + j % 2][k];
#pragma unroll
      for (int i = 0; i < 2; i++) {
        float &v = s[j / 2][2 * i + j % 2];
        v = __fmaf_rn(a[i].y, b.y, __fmaf_rn(a[i].x, b.x, v));
        v = __fmaf_rn(a[i].w, b.w, __fmaf_rn(a[i].z, b.z, v));
      }
    }
  }
}

__device__ __forceinline__ void sums_of(const Tiles &tiles, int width, float (*sum)[4]) {
  int lane = threadIdx.x & 31, row = threadIdx.x / 32 * 16 + (lane >> 2);
#pragma unroll 1
  for (int k = 0; k < PAGE; k++) {
    float a[2] = {((const float *)tiles.queries[row])[k], ((const float *)tiles.queries[row + 8])[k]};
#pragma unroll
    for (int j = 0; j < CHUNK / 8; j++) {
      float2 b = ((const float2 *)tiles.part[0][k])[4 * j + (lane & 3)];
#pragma unroll
      for (int i = 0; i < 2; i++) {
        sum[j][2 * i] = __fmaf_rn(a[i], b.x, sum[j][2 * i]);
        sum[j][2 * i + 1] = __fmaf_rn(a[i], b.y, sum[j][2 * i + 1]);
      }
    }
  }
}

#endif

// PIECE values of a row from e on.
template <int TYPE>
__device__ __forceinline__ void piece_of(int type, const u8 *row, int e, int dim, bool whole, float *v) {
  switch (TYPE < 0 ? type : TYPE) {
    case F32: values_of<F32, PIECE>(row, e, dim, whole, v); break;
    case F16: values_of<F16, PIECE>(row, e, dim, whole, v); break;
    case BF16: values_of<BF16, PIECE>(row, e, dim, whole, v); break;
    default: values_of<Q8_0, PIECE>(row, e, dim, whole, v);
  }
}

// What a chunk is made of: 64 rows of a page, of which the first n are there.
struct Source {
  const u8 *rows;
  int type, row, dim, e, n;
};

// Fills a tile from dimension e on; zeros where there is nothing, as far as anybody reads.
template <class T>
__device__ __forceinline__ void fill(Tiles &tiles, int buffer, const Source &s) {
  enum { PIECES = CHUNK / PIECE };
#if __CUDA_ARCH__ >= 800
  int pieces = min((s.dim - s.e + 15) / 16 * (16 / PIECE), (int)PIECES);
#else
  int pieces = PIECES;
#endif
  bool whole = is_whole(s.row, s.dim);
#pragma unroll 1
  for (int i = threadIdx.x; i < PAGE * PIECES; i += 128) {
    int line = i / PIECES, piece = i % PIECES, e = s.e + PIECE * piece;
    if (piece >= pieces) continue;
    bool there = line < s.n && e < s.dim;
    const u8 *row = s.rows + line * s.row;
#if __CUDA_ARCH__ >= 800
    if (T::PARTS == 1 && whole && there) {
      fetch<16>(&tiles.part[buffer][line][piece], row + 2 * e);
      continue;
    }
    u32 most[4] = {}, rest[4] = {};
    if (there) {
      float v[PIECE];
      piece_of<T::TYPE>(s.type, row, e, s.dim, whole, v);
#pragma unroll
      for (int k = 0; k < 4; k++) T::split(v[2 * k], v[2 * k + 1], most[k], rest[k]);
    }
    tiles.part[buffer][line][piece] = {most[0], most[1], most[2], most[3]};
    if (T::PARTS == 2) tiles.part[1][line][piece] = {rest[0], rest[1], rest[2], rest[3]};
#else
    float v[PIECE] = {};
    if (there) piece_of<T::TYPE>(s.type, row, e, s.dim, whole, v);
    tiles.part[0][line][piece] = {v[0], v[1], v[2], v[3]};
#endif
  }
}

// A head of 64 rows that follow each other, for up to VALUES dimensions of its values. Queries of up to
// CHUNK dimensions stay in registers, if not LONG.
template <class T, int VALUES, bool LONG>
__device__ __forceinline__ void read(const Attend &p) {
  __shared__ __align__(16) Tiles tiles;
  enum { ASYNC = __CUDA_ARCH__ >= 800 && T::PARTS == 1 };
  const Cache &c = p.c;
  int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, g = lane >> 2, t = lane & 3;
  int head = blockIdx.x, kv = head / (p.heads / c.kv_heads), v0 = blockIdx.z * VALUES;
  int row0 = (gridDim.y - 1 - blockIdx.y) * QUERIES;  // those that see most begin first
  int n = min((int)QUERIES, p.n - row0);
  row0 += p.first;
  float slope = slope_of(p, head);
  float most[2], total[2], s[8][4], sum[VALUES / 8][4] = {};
  int place[2], owner[2], from[2], to[2];
#pragma unroll
  for (int r = 0; r < 2; r++) {
    int row = 16 * warp + g + 8 * r;
    most[r] = p.sinks ? p.sinks[head] : NONE;
    total[r] = p.sinks ? 1.0f : 0.0f;
    place[r] = 0, owner[r] = -1, from[r] = to[r] = 0;
    if (row >= n) continue;
    place[r] = p.positions[row0 + row];
    owner[r] = p.spans[row0 + row];
    Sight sight(p, place[r], owner[r]);
    from[r] = sight.from, to[r] = sight.to;
  }
  const float *queries = p.q + (size_t)row0 * p.q_stride + (size_t)head * c.key_dim;

#if __CUDA_ARCH__ >= 800
  // A fragment of queries, from dimension 16 k on.
  bool paired = ((p.q_stride | c.key_dim) & 1) == 0 && ((size_t)p.q & 7) == 0;
  auto query = [&](int k, u32 (&a)[2][4]) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int row = 16 * warp + g + 8 * (i & 1), e = 16 * k + 2 * t + 8 * (i >> 1);
      const float *q = queries + (size_t)row * p.q_stride + e;
      float2 v = {0.0f, 0.0f};
      if (row < n && e < c.key_dim) {
        if (paired) {
          v = *(const float2 *)q;
        } else {
          v = {q[0], e + 1 < c.key_dim ? q[1] : 0.0f};
        }
      }
      T::split(v.x * p.scale, v.y * p.scale, a[0][i], a[1][i]);
    }
  };
  u32 held[LONG ? 1 : CHUNK / 16][2][4];
  if (!LONG) {
#pragma unroll
    for (int k = 0; k < CHUNK / 16; k++) query(k, held[LONG ? 0 : k]);
  }
#endif

  int span_end = p.spans[row0 + n - 1];
  for (int span = p.spans[row0]; span <= span_end; span++) {
    // rows of this text, which follow each other, and what the first and the last of them see
    u32 low = __ballot_sync(~0u, lane < n && p.spans[row0 + min(lane, n - 1)] == span);
    u32 high = __ballot_sync(~0u, lane + 32 < n && p.spans[row0 + min(lane + 32, n - 1)] == span);
    int first = low ? __ffs(low) - 1 : 31 + __ffs(high), last = high ? 63 - __clz(high) : 31 - __clz(low);
    int begin = Sight(p, p.positions[row0 + first], span).from / PAGE * PAGE;
    int end = Sight(p, p.positions[row0 + last], span).to, length = p.lengths[span];

    // chunks in the order in which they are wanted: those of keys, then those of values, page by page
    int next = begin, part = 0, buffer = 0;
    int key_parts = (c.key_dim + CHUNK - 1) / CHUNK;
    int value_parts = (min(VALUES, c.value_dim - v0) + CHUNK - 1) / CHUNK;
    auto fill_next = [&](int to_buffer) {
      if (next >= end) return;
      const u8 *page = page_of(c, span, next);
      bool keys = part < key_parts, own = !keys && c.value_type >= 0;
      Source source;
      source.rows = page + (own ? value_at(c, kv, 0) : key_at(c, kv, 0));
      source.type = own ? c.value_type : c.key_type;
      source.row = own ? c.value_row : c.key_row;
      source.dim = keys ? c.key_dim : min(c.value_dim, v0 + VALUES);
      source.e = keys ? part * CHUNK : v0 + (part - key_parts) * CHUNK;
      source.n = length - next;
#if __CUDA_ARCH__ < 800
      if (keys) {
        for (int i = threadIdx.x; i < QUERIES * CHUNK; i += 128) {
          int row = i / CHUNK, e = source.e + i % CHUNK;
          bool there = row < n && e < c.key_dim;
          ((float *)tiles.queries[row])[i % CHUNK] = there ? queries[(size_t)row * p.q_stride + e] * p.scale : 0.0f;
        }
      }
#endif
      fill<T>(tiles, to_buffer, source);
      if (++part == key_parts + value_parts) part = 0, next += PAGE;
    };
    auto advance = [&]() {
      if (ASYNC) {
        wait<0>();
        __syncthreads();
        buffer ^= 1;
        fill_next(buffer ^ 1);
        end_group();
      } else {
        __syncthreads();
        fill_next(0);
        __syncthreads();
      }
    };
    if (ASYNC) {
      __syncthreads();
      buffer = 1;
      fill_next(0);
      end_group();
    }
    for (int at = begin; at < end; at += PAGE) {
      bool mine = false;
#pragma unroll
      for (int r = 0; r < 2; r++) mine |= owner[r] == span && from[r] < at + PAGE && to[r] > at;
      bool busy = __any_sync(~0u, mine);  // or this page changes nothing for this warp
#pragma unroll
      for (int j = 0; j < 8; j++) s[j][0] = s[j][1] = s[j][2] = s[j][3] = 0.0f;
      for (int i = 0; i < key_parts; i++) {
        advance();
        int width = min((int)CHUNK, c.key_dim - i * CHUNK);
        if (!busy) continue;
#if __CUDA_ARCH__ >= 800
        if (LONG) {
#pragma unroll 1
          for (int k = 0; 16 * k < width; k++) {
            u32 a[2][4];
            query(i * (CHUNK / 16) + k, a);
            scores_of<T>(tiles, buffer, k, a, s);
          }
        } else {
#pragma unroll
          for (int k = 0; k < CHUNK / 16; k++) {
            if (16 * k < width) scores_of<T>(tiles, buffer, k, held[LONG ? 0 : k], s);
          }
        }
#else
        scores_of(tiles, width, s);
#endif
      }
      if (busy) {
#pragma unroll
        for (int r = 0; r < 2; r++) {
          float now = most[r];
#pragma unroll
          for (int j = 0; j < 16; j++) {
            int position = at + j / 2 * 8 + 2 * t + j % 2;
            float &score = s[j / 2][2 * r + j % 2];
            bool seen = owner[r] == span && position >= from[r] && position < to[r];
            score = seen ? scored(p, score, slope, place[r] - position) : NONE;
            now = fmaxf(now, score);
          }
          now = fmaxf(now, __shfl_xor_sync(~0u, now, 1));
          now = fmaxf(now, __shfl_xor_sync(~0u, now, 2));
          float base = now == NONE ? 0.0f : now, all = 0.0f;
#pragma unroll
          for (int j = 0; j < 16; j++) {
            float &score = s[j / 2][2 * r + j % 2];
            score = expf(score - base);
            all = __fadd_rn(all, score);
          }
          all = __fadd_rn(all, __shfl_xor_sync(~0u, all, 1));
          all = __fadd_rn(all, __shfl_xor_sync(~0u, all, 2));
          float keep = expf(most[r] - base);
          most[r] = now;
          total[r] = __fmaf_rn(total[r], keep, all);
#pragma unroll
          for (int j = 0; j < VALUES / 8; j++) {
            sum[j][2 * r] = __fmul_rn(sum[j][2 * r], keep);
            sum[j][2 * r + 1] = __fmul_rn(sum[j][2 * r + 1], keep);
          }
        }
#if __CUDA_ARCH__ < 800
#pragma unroll
        for (int j = 0; j < 16; j++) {
          float2 *to = (float2 *)tiles.queries[16 * warp + g + j % 2 * 8];
          to[j / 2 * 4 + t] = {s[j / 2][j % 2 * 2], s[j / 2][j % 2 * 2 + 1]};
        }
        __syncwarp();
#endif
      }
#pragma unroll
      for (int i = 0; i < VALUES / CHUNK; i++) {
        if (i < value_parts) {
          advance();
          if (busy) {
            int width = min((int)CHUNK, c.value_dim - v0 - i * CHUNK);
#if __CUDA_ARCH__ >= 800
            sums_of<T>(tiles, buffer, width, s, sum + i * (CHUNK / 8));
#else
            sums_of(tiles, width, sum + i * (CHUNK / 8));
#endif
          }
        }
      }
    }
  }

#pragma unroll
  for (int r = 0; r < 2; r++) {
    int row = 16 * warp + g + 8 * r;
    if (row >= n) continue;
    float *out = p.out + (size_t)(row0 + row) * p.out_stride + (size_t)head * c.value_dim + v0;
#pragma unroll
    for (int j = 0; j < VALUES / 8; j++) {
      int e = 8 * j + 2 * t;
      float a = __fdiv_rn(sum[j][2 * r], total[r]), b = __fdiv_rn(sum[j][2 * r + 1], total[r]);
      bool second = v0 + e + 1 < c.value_dim;
      if (second && ((size_t)(out + e) & 7) == 0) {
        *(float2 *)(out + e) = {a, b};
      } else {
        if (v0 + e < c.value_dim) out[e] = a;
        if (second) out[e + 1] = b;
      }
    }
  }
}
