// Attention of each query head over pages of keys and values, with the online softmax of flash
// attention: a block takes a head of a row, and looks at 128 positions at once, one for each thread.
// The order of sums depends on positions only.
#include "cache.cuh"

struct Attend {
  Cache c;
  const float *q;
  float *out;
  const float *sinks;    // a score for each head that has no value; or null
  const int *positions;  // of each row
  const int *spans;      // of each row
  const int *lengths;    // of each span's text, this pass included
  int heads, q_stride, out_stride;
  int window, causal;
  float scale, softcap, max_bias;
};

enum { STEP = 128 };

// The largest over a block of 128 threads, or the sum; the same in all of them.
__device__ __forceinline__ float reduce(float v, float *parts, bool sum) {
#pragma unroll
  for (int i = 16; i > 0; i >>= 1) {
    float o = __shfl_xor_sync(~0u, v, i);
    v = sum ? v + o : fmaxf(v, o);
  }
  __syncthreads();
  if ((threadIdx.x & 31) == 0) parts[threadIdx.x >> 5] = v;
  __syncthreads();
  return sum ? (parts[0] + parts[1]) + (parts[2] + parts[3])
             : fmaxf(fmaxf(parts[0], parts[1]), fmaxf(parts[2], parts[3]));
}

// By how much a head lowers a score for each position of distance: dev.jora.backend.Attention.
__device__ __forceinline__ float slope_of(int head, int heads, float max_bias) {
  int m = 1 << (31 - __clz(heads));
  float e = head < m ? -max_bias * (head + 1) / m : -max_bias / 2 * (2 * (head - m) + 1) / m;
  return exp2f(e);
}

__device__ __forceinline__ float dot(int type, const u8 *row, const float *q, int n) {
  float sum = 0.0f;
  switch (type) {
    case F32:
      for (int i = 0; i < n; i++) sum += ((const float *)row)[i] * q[i];
      break;
    case F16:
      for (int i = 0; i < n; i++) sum += half_to_float(((const u16 *)row)[i]) * q[i];
      break;
    case BF16:
      for (int i = 0; i < n; i++) sum += bf16_to_float(((const u16 *)row)[i]) * q[i];
      break;
    default:
      for (int b = 0; b < n / 32; b++) {
        const u8 *block = row + 34 * b;
        float part = 0.0f;
        for (int i = 0; i < 32; i++) part += (float)(signed char)block[2 + i] * q[32 * b + i];
        sum += half_to_float(*(const u16 *)block) * part;
      }
  }
  return sum;
}

// Dynamic shared memory: key_dim + value_dim floats.
extern "C" __global__ void __launch_bounds__(128, 6) attend(Attend p) {
  extern __shared__ float memory[];
  __shared__ float weights[STEP], parts[4];
  float *q = memory, *out = memory + p.c.key_dim;
  int head = blockIdx.x, row = blockIdx.y, t = threadIdx.x;
  int kv = head / (p.heads / p.c.kv_heads);
  int span = p.spans[row], position = p.positions[row], length = p.lengths[span];
  int from = 0, to = p.causal ? position + 1 : length;
  if (p.window) {
    int left = p.causal ? p.window - 1 : p.window / 2;
    from = max(0, position - left);
    if (!p.causal) to = min(length, position + p.window / 2 + 1);
  }
  const float *own = p.q + (size_t)row * p.q_stride + head * p.c.key_dim;
  for (int i = t; i < p.c.key_dim; i += STEP) q[i] = own[i] * p.scale;
  for (int i = t; i < p.c.value_dim; i += STEP) out[i] = 0.0f;
  float most = p.sinks ? p.sinks[head] : __int_as_float(0xff800000);
  float total = p.sinks ? 1.0f : 0.0f;
  float slope = p.max_bias != 0.0f ? slope_of(head, p.heads, p.max_bias) : 0.0f;
  int value_type = p.c.value_type < 0 ? p.c.key_type : p.c.value_type;
  __syncthreads();
  for (int begin = from / STEP * STEP; begin < to; begin += STEP) {
    int at = begin + t;
    bool seen = at >= from && at < to;
    float score = __int_as_float(0xff800000);
    if (seen) {
      const u8 *key = page_of(p.c, span, at) + key_at(p.c, kv, at);
      score = dot(p.c.key_type, key, q, p.c.key_dim);
      if (p.softcap != 0.0f) score = p.softcap * tanhf(score / p.softcap);
      score -= slope * abs(position - at);
    }
    float now = fmaxf(most, reduce(score, parts, false));
    float keep = expf(most - now);
    float weight = seen ? expf(score - now) : 0.0f;
    weights[t] = weight;
    total = total * keep + reduce(weight, parts, true);  // and all weights are there
    most = now;
    int first = max(from, begin), last = min(to, begin + STEP);
    for (int i = t; i < p.c.value_dim; i += STEP) {
      float sum = out[i] * keep;
      for (int j = first; j < last; j++) {
        const u8 *page = page_of(p.c, span, j);
        const u8 *value = page + (p.c.value_type < 0 ? key_at(p.c, kv, j) : value_at(p.c, kv, j));
        sum += weights[j - begin] * load_value(value_type, value, i);
      }
      out[i] = sum;
    }
    __syncthreads();
  }
  float *result = p.out + (size_t)row * p.out_stride + head * p.c.value_dim;
  for (int i = t; i < p.c.value_dim; i += STEP) result[i] = out[i] / total;
}
