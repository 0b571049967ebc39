// Attention of rows that are drawn. A block has the query heads that share a key head, or 8 of them,
// and a stretch of positions: keys and values are read once, a tile of them after the other, the next
// keys while values are summed. Stretches begin at multiples of their length, which follows from how
// much a row sees; their sums are joined in order. So a row's bits depend on its positions only.
#include "attention.cuh"
#include "round.cuh"

enum { SHORTEST = 256, MOST_STRETCHES = 64 };  // dev.jora.backend.cuda.CudaAttention

// Positions of a stretch where the last that is seen is to - 1.
__device__ __forceinline__ int stretch_of(int to) {
  int length = SHORTEST;
  while (length * MOST_STRETCHES < to) length *= 2;
  return length;
}

// Of a thread: parts of its position's scores for all heads.
template <int TYPE, int HEADS>
__device__ __forceinline__ void dots(const u8 *key, const float *q, int dim, bool whole, int part, int parts,
                                     float *sum) {
  int pitch = (dim + 7) & ~7;
  for (int e = 8 * part; e < dim; e += 8 * parts) {
    float v[8];
    values_of<TYPE, 8>(key, e, dim, whole, v);
#pragma unroll
    for (int h = 0; h < HEADS; h++) {
      float4 a = *(const float4 *)(q + h * pitch + e), b = *(const float4 *)(q + h * pitch + e + 4);
      float s = __fmaf_rn(a.y, v[1], __fmaf_rn(a.x, v[0], sum[h]));
      s = __fmaf_rn(a.w, v[3], __fmaf_rn(a.z, v[2], s));
      s = __fmaf_rn(b.y, v[5], __fmaf_rn(b.x, v[4], s));
      sum[h] = __fmaf_rn(b.w, v[7], __fmaf_rn(b.z, v[6], s));
    }
  }
}

// Of a thread: four values of every `step`-th position.
template <int TYPE, int HEADS>
__device__ __forceinline__ void sums(const u8 *values, int pitch, const float *weights, int e, int dim, bool whole,
                                     int from, int to, int step, float (&sum)[HEADS][4]) {
#pragma unroll 2
  for (int j = from; j < to; j += step) {
    float v[4];
    values_of<TYPE, 4>(values + j * pitch, e, dim, whole, v);
    float weight[HEADS];
    if (HEADS < 4) {
#pragma unroll
      for (int h = 0; h < HEADS; h++) weight[h] = weights[j * HEADS + h];
    } else {
#pragma unroll
      for (int h = 0; h < HEADS; h += 4) {
        float4 w = *(const float4 *)(weights + j * HEADS + h);
        weight[h] = w.x, weight[(h + 1) % HEADS] = w.y;
        weight[(h + 2) % HEADS] = w.z, weight[(h + 3) % HEADS] = w.w;
      }
    }
#pragma unroll
    for (int h = 0; h < HEADS; h++) {
#pragma unroll
      for (int i = 0; i < 4; i++) sum[h][i] = __fmaf_rn(weight[h], v[i], sum[h][i]);
    }
  }
}

// Dynamic shared memory: queries, then keys and values of a tile; in the end sums of its positions.
template <int HEADS>
__device__ __forceinline__ void attend(const Attend &p) {
  extern __shared__ uint4 memory[];
  __shared__ __align__(16) float scores[128 * HEADS], weights[64 * HEADS], keeps[HEADS];
  const Cache &c = p.c;
  int t = threadIdx.x, warp = t >> 5, lane = t & 31, row = blockIdx.z;
  int group = p.heads / c.kv_heads, blocks = (group + HEADS - 1) / HEADS;
  int kv = blockIdx.x / blocks, head = kv * group + blockIdx.x % blocks * HEADS;
  int heads = min(HEADS, (kv + 1) * group - head);
  int span = p.spans[row], position = p.positions[row];
  Sight sight(p, position, span);
  int stretch = stretch_of(sight.to), begin = (sight.from / stretch + blockIdx.y) * stretch;
  int from = max(sight.from, begin), to = min(sight.to, begin + stretch);
  if (from >= to) return;

  int dim = c.key_dim, pitch = (dim + 7) & ~7, tile = p.tile;
  bool own = c.value_type >= 0;
  float *q = (float *)memory;
  u8 *keys = (u8 *)(q + HEADS * pitch), *values = own ? keys + tile * p.key_pitch : keys;
  int value_pitch = own ? c.value_row : p.key_pitch, value_type = own ? c.value_type : c.key_type;
  bool whole = is_whole(c.key_row, dim), whole_value = is_whole(value_pitch, c.value_dim);
  const float *query = p.q + (size_t)row * p.q_stride + (size_t)head * dim;
  for (int i = t; i < HEADS * pitch; i += 128) {
    int h = i / pitch, e = i % pitch;
    q[i] = h < heads && e < dim ? query[h * dim + e] * p.scale : 0.0f;
  }
  auto fetch_keys = [&](int at) {
    int first = max(from, at), n = min(to, at + tile) - first;
    const u8 *page = page_of(c, span, first) + key_at(c, kv, first);
    fetch_rows(keys + (first - at) * p.key_pitch, p.key_pitch, page, c.key_row, n);
  };
  auto fetch_values = [&](int at) {
    int first = max(from, at), n = min(to, at + tile) - first;
    const u8 *page = page_of(c, span, first) + value_at(c, kv, first);
    fetch_rows(values + (first - at) * c.value_row, c.value_row, page, c.value_row, n);
  };

  int parts = 128 / tile, part = t / tile, mine = t % tile;     // of scores
  int wide = (c.value_dim + 3) / 4, steps = 128 / wide, step = t / wide, e = 4 * (t % wide);  // of sums
  float most[(HEADS + 3) / 4], total[(HEADS + 3) / 4], sum[HEADS][4] = {};
#pragma unroll
  for (int i = 0; i < (HEADS + 3) / 4; i++) most[i] = NONE, total[i] = 0.0f;

  int at = from / tile * tile;
  fetch_keys(at);
  end_group();
  if (own) fetch_values(at);
  end_group();
  for (; at < to; at += tile) {
    int first = max(from, at) - at, last = min(to, at + tile) - at;
    if (own) {
      wait<1>();
    } else {
      wait<0>();
    }
    __syncthreads();
    if (mine >= first && mine < last) {
      float score[HEADS] = {};
      const u8 *key = keys + mine * p.key_pitch;
      switch (c.key_type) {
        case F32: dots<F32, HEADS>(key, q, dim, whole, part, parts, score); break;
        case F16: dots<F16, HEADS>(key, q, dim, whole, part, parts, score); break;
        case BF16: dots<BF16, HEADS>(key, q, dim, whole, part, parts, score); break;
        default: dots<Q8_0, HEADS>(key, q, dim, whole, part, parts, score);
      }
#pragma unroll
      for (int h = 0; h < HEADS; h++) scores[h * 128 + t] = score[h];
    }
    __syncthreads();
    if (own && at + tile < to) fetch_keys(at + tile);
    end_group();
#pragma unroll
    for (int i = 0; i < (HEADS + 3) / 4; i++) {
      int h = warp + 4 * i;
      if (h >= HEADS) break;
      float slope = slope_of(p, head + h), score[2], now = most[i];
#pragma unroll
      for (int k = 0; k < 2; k++) {
        int j = lane + 32 * k;
        score[k] = NONE;
        if (j >= first && j < last) {
          float all = scores[h * 128 + j];
          for (int n = 1; n < parts; n++) all = __fadd_rn(all, scores[h * 128 + n * tile + j]);
          score[k] = scored(p, all, slope, position - at - j);
        }
        now = fmaxf(now, score[k]);
      }
#pragma unroll
      for (int s = 16; s > 0; s >>= 1) now = fmaxf(now, __shfl_xor_sync(~0u, now, s));
      float all = 0.0f;
#pragma unroll
      for (int k = 0; k < 2; k++) {
        int j = lane + 32 * k;
        if (j >= first && j < last) {
          float weight = expf(score[k] - now);
          weights[j * HEADS + h] = weight;
          all = __fadd_rn(all, weight);
        }
      }
      float keep = expf(most[i] - now);
      total[i] = __fmaf_rn(total[i], keep, warp_sum(all));
      most[i] = now;
      if (lane == 0) keeps[h] = keep;
    }
    wait<1>();
    __syncthreads();
    if (step < steps) {
#pragma unroll
      for (int h = 0; h < HEADS; h++) {
        float keep = keeps[h];
#pragma unroll
        for (int i = 0; i < 4; i++) sum[h][i] = __fmul_rn(sum[h][i], keep);
      }
      int j = step + (first - step + steps - 1) / steps * steps;
      if (first <= step) j = step;
      switch (value_type) {
        case F32: sums<F32, HEADS>(values, value_pitch, weights, e, c.value_dim, whole_value, j, last, steps, sum); break;
        case F16: sums<F16, HEADS>(values, value_pitch, weights, e, c.value_dim, whole_value, j, last, steps, sum); break;
        case BF16: sums<BF16, HEADS>(values, value_pitch, weights, e, c.value_dim, whole_value, j, last, steps, sum); break;
        default: sums<Q8_0, HEADS>(values, value_pitch, weights, e, c.value_dim, whole_value, j, last, steps, sum);
      }
    }
    __syncthreads();
    if (at + tile < to) {
      if (own) {
        fetch_values(at + tile);
      } else {
        fetch_keys(at + tile);
      }
    }
    end_group();
  }

  wait<0>();
  float4 *parted = (float4 *)keys;  // [step][head][wide]
  if (step < steps) {
#pragma unroll
    for (int h = 0; h < HEADS; h++) {
      parted[(step * HEADS + h) * wide + e / 4] = {sum[h][0], sum[h][1], sum[h][2], sum[h][3]};
    }
  }
  __syncthreads();
  size_t first = (size_t)row * p.heads + head;
  for (int i = t; i < heads * c.value_dim; i += 128) {
    int h = i / c.value_dim, j = i % c.value_dim;
    const float *of = (const float *)parted + 4 * h * wide + j;
    float all = of[0];
    for (int s = 1; s < steps; s++) all = __fadd_rn(all, of[4 * s * HEADS * wide]);
    p.sums[((first + h) * p.stretches + blockIdx.y) * c.value_dim + j] = all;
  }
#pragma unroll
  for (int i = 0; i < (HEADS + 3) / 4; i++) {
    int h = warp + 4 * i;
    if (lane == 0 && h < heads) p.states[(first + h) * p.stretches + blockIdx.y] = {most[i], total[i]};
  }
}

extern "C" __global__ void __launch_bounds__(128, 4) attend_1(Attend p) { attend<1>(p); }
extern "C" __global__ void __launch_bounds__(128, 4) attend_2(Attend p) { attend<2>(p); }
extern "C" __global__ void __launch_bounds__(128, 4) attend_4(Attend p) { attend<4>(p); }
extern "C" __global__ void __launch_bounds__(128, 2) attend_8(Attend p) { attend<8>(p); }

// N values of a head from what its stretches have left: each counts by e^(its largest score - the
// largest of all).
template <int N>
__device__ __forceinline__ void joined(const Attend &p, int row, int head, int e, int count, float *v) {
  const float2 *state = p.states + ((size_t)row * p.heads + head) * p.stretches;
  const float *sums = p.sums + ((size_t)row * p.heads + head) * p.stretches * p.c.value_dim + e;
  float most = p.sinks ? p.sinks[head] : NONE;
#pragma unroll 4
  for (int s = 0; s < count; s++) most = fmaxf(most, state[s].x);
  float total = p.sinks ? expf(p.sinks[head] - most) : 0.0f;
#pragma unroll
  for (int i = 0; i < N; i++) v[i] = 0.0f;
#pragma unroll 4
  for (int s = 0; s < count; s++) {
    float share = expf(state[s].x - most);
    total = __fmaf_rn(share, state[s].y, total);
    const float *from = sums + (size_t)s * p.c.value_dim;
    if (N == 4) {
      float4 sum = *(const float4 *)from;
      v[0] = __fmaf_rn(share, sum.x, v[0]), v[1 % N] = __fmaf_rn(share, sum.y, v[1 % N]);
      v[2 % N] = __fmaf_rn(share, sum.z, v[2 % N]), v[3 % N] = __fmaf_rn(share, sum.w, v[3 % N]);
    } else {
      v[0] = __fmaf_rn(share, *from, v[0]);
    }
  }
#pragma unroll
  for (int i = 0; i < N; i++) v[i] = __fdiv_rn(v[i], total);
}

// 512 values of a row for each block.
extern "C" __global__ void __launch_bounds__(128) join(Attend p) {
  int row = blockIdx.y, i = 4 * (blockIdx.x * 128 + threadIdx.x), width = p.heads * p.c.value_dim;
  Sight sight(p, p.positions[row], p.spans[row]);
  int stretch = stretch_of(sight.to);
  int count = (sight.to - 1) / stretch - sight.from / stretch + 1;
  float v[4] = {};
  float *out = p.out + (size_t)row * p.out_stride + i;
  if ((p.c.value_dim & 3) == 0) {
    if (i < width) joined<4>(p, row, i / p.c.value_dim, i % p.c.value_dim, count, v);
  } else {
#pragma unroll
    for (int k = 0; k < 4; k++) {
      int at = i + k;
      if (at < width) joined<1>(p, row, at / p.c.value_dim, at % p.c.value_dim, count, v + k);
    }
  }
  if (((p.out_stride | width) & 3) == 0 && is_aligned(p.out)) {
    if (i < width) *(float4 *)out = {v[0], v[1], v[2], v[3]};
  } else {
#pragma unroll
    for (int k = 0; k < 4; k++) {
      if (i + k < width) out[k] = v[k];
    }
  }
  if (!p.codes) return;
  size_t at = (size_t)row * width + i;
  round_q8({v[0], v[1], v[2], v[3]}, i < width, p.codes + at, p.scales + at / 32);
}
