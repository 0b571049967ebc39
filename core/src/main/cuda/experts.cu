// Mixtures of experts: which ones a token goes through, and the sum of what they add. Their products
// are those of all matrices (matvec.cuh).
#include "float_math.cuh"

struct Route {
  const float *logits;     // [row][stride], what the router gives
  const float *selection;  // added to choose by, or null
  const float *factors;    // of each expert, or null
  int *chosen;             // [row][used], ascending
  float *weights;          // [row][used], of these
  int stride, experts, used, groups, used_groups, gating, normalised;
  float scale;
};

enum { SOFTMAX_OF_ALL, SIGMOID_OF_EACH, SOFTMAX_OF_CHOSEN };

__device__ __forceinline__ float minus_infinity() { return __int_as_float(0xff800000); }

__device__ __forceinline__ float warp_max(float v) {
#pragma unroll
  for (int i = 16; i > 0; i >>= 1) v = fmaxf(v, __shfl_xor_sync(~0u, v, i));
  return v;
}

// Near 1, where experts may be hard to tell apart, it is as exact as the type.
__device__ __forceinline__ float fine_sigmoid(float x) {
  float e = expf(-fabsf(x)), rest = e / (1.0f + e);
  return x < 0.0f ? rest : 1.0f - rest;
}

// The place of the largest of score[0..n), the first of equals; -1 where all are minus infinity.
__device__ __forceinline__ int best(const float *score, int n, int lane) {
  float most = minus_infinity();
  int at = -1;
  for (int i = lane; i < n; i += 32) {
    if (score[i] > most) {
      most = score[i];
      at = i;
    }
  }
#pragma unroll
  for (int i = 16; i > 0; i >>= 1) {
    float v = __shfl_xor_sync(~0u, most, i);
    int other = __shfl_xor_sync(~0u, at, i);
    if (other >= 0 && (at < 0 || v > most || v == most && other < at)) {
      most = v;
      at = other;
    }
  }
  return at;
}

// A warp for each row; dynamic shared memory: 2 experts + groups floats. A router that gives no
// numbers makes the weights NaN.
extern "C" __global__ void __launch_bounds__(32) route(Route p) {
  extern __shared__ float memory[];
  float *probability = memory, *score = memory + p.experts, *sums = score + p.experts;
  const float *logits = p.logits + (size_t)blockIdx.x * p.stride;
  int lane = threadIdx.x, n = p.experts;
  float bad = 0.0f;  // NaN where the router gives no numbers
  float most = minus_infinity();
  for (int e = lane; e < n; e += 32) {
    float x = logits[e];
    if (x != x || p.gating == SIGMOID_OF_EACH) bad += finite(x) - finite(x);
    probability[e] = p.gating == SIGMOID_OF_EACH ? fine_sigmoid(x) : x;
    most = fmaxf(most, x);
  }
  if (p.gating == SOFTMAX_OF_ALL) {
    most = warp_max(most);
    float total = 0.0f;
    for (int e = lane; e < n; e += 32) total += probability[e] = expf(probability[e] - most);
    total = warp_sum(total);
    for (int e = lane; e < n; e += 32) probability[e] /= total;
  }
  bad = warp_sum(bad);
  for (int e = lane; e < n; e += 32) {
    score[e] = probability[e] + (p.selection ? p.selection[e] : 0.0f);
  }
  __syncwarp();
  if (p.groups > 1) {
    int size = n / p.groups;
    for (int g = lane; g < p.groups; g += 32) {
      float first = minus_infinity(), second = first;
      for (int e = g * size; e < (g + 1) * size; e++) {
        float v = score[e];
        second = fmaxf(second, fminf(v, first));
        first = fmaxf(first, v);
      }
      sums[g] = size > 1 ? first + second : first;
    }
    __syncwarp();
    for (int i = 0; i < p.used_groups; i++) {
      int g = best(sums, p.groups, lane);
      __syncwarp();
      if (lane == 0 && g >= 0) sums[g] = __int_as_float(0x7fc00000);  // kept: NaN is never best
      __syncwarp();
    }
    for (int e = lane; e < n; e += 32) {
      if (sums[e / size] == sums[e / size]) score[e] = minus_infinity();
    }
    __syncwarp();
  }
  int *chosen = p.chosen + (size_t)blockIdx.x * p.used;
  float *weights = p.weights + (size_t)blockIdx.x * p.used;
  float total = 0.0f, top = minus_infinity();
  for (int i = 0; i < p.used; i++) {
    int e = best(score, n, lane);
    __syncwarp();
    if (e < 0) bad += __int_as_float(0x7fc00000);
    e = max(e, 0);
    if (lane == 0) score[e] = minus_infinity();
    __syncwarp();
    float w = probability[e];
    total += w;
    top = fmaxf(top, w);
    if (lane == 0) {  // in the order of experts, as what they add is summed
      int at = i;
      for (; at > 0 && chosen[at - 1] > e; at--) {
        chosen[at] = chosen[at - 1];
        weights[at] = weights[at - 1];
      }
      chosen[at] = e;
      weights[at] = w;
    }
  }
  if (lane != 0) return;
  if (p.gating == SOFTMAX_OF_CHOSEN) {
    total = 0.0f;
    for (int i = 0; i < p.used; i++) total += weights[i] = expf(weights[i] - top);
    for (int i = 0; i < p.used; i++) weights[i] /= total;
    total = 1.0f;
  }
  float scale = p.normalised ? p.scale / fmaxf(total, 6.103515625e-5f) : p.scale;
  for (int i = 0; i < p.used; i++) {
    float factor = p.factors ? p.factors[chosen[i]] : 1.0f;
    weights[i] = weights[i] * scale * factor + bad;
  }
}

// out[row] = the sum of what its experts add, times their weights; and onto += scale out.
struct Combine {
  const float *added;  // [row][used][cols]
  const float *weights;
  float *out;
  float *onto;  // or null
  int used, cols, stride, onto_stride;
  float scale;
};

extern "C" __global__ void __launch_bounds__(256) combine(Combine p) {
  int c = blockIdx.x * 256 + threadIdx.x;
  if (c >= p.cols) return;
  float sum = 0.0f;
  for (int i = 0; i < p.used; i++) {
    size_t column = (size_t)blockIdx.y * p.used + i;
    sum += p.weights[column] * p.added[column * p.cols + c];
  }
  p.out[(size_t)blockIdx.y * p.stride + c] = sum;
  if (p.onto) {
    float *onto = p.onto + (size_t)blockIdx.y * p.onto_stride + c;
    *onto = __fmaf_rn(p.scale, sum, *onto);
  }
}

// Columns by the experts that they chose: those of expert e are order[starts[e]..starts[e + 1]),
// ascending. One block; dynamic shared memory: experts + 1 ints.
struct Group {
  const int *chosen;  // [columns]
  int *starts, *order;
  int columns, experts;
};

extern "C" __global__ void __launch_bounds__(256) group(Group p) {
  extern __shared__ int starts[];
  for (int e = threadIdx.x; e < p.experts; e += 256) {
    int n = 0;
    for (int c = 0; c < p.columns; c++) n += p.chosen[c] == e;
    starts[e + 1] = n;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    int sum = 0;
    starts[0] = 0;
    for (int e = 1; e <= p.experts; e++) starts[e] = sum += starts[e];
  }
  __syncthreads();
  for (int e = threadIdx.x; e <= p.experts; e += 256) p.starts[e] = starts[e];
  for (int e = threadIdx.x; e < p.experts; e += 256) {
    int at = starts[e];
    for (int c = 0; c < p.columns; c++) {
      if (p.chosen[c] == e) p.order[at++] = c;
    }
  }
}
