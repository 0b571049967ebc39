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
// ascending; who chose none is nowhere. One block; each warp counts and places a stretch of columns
// behind those of warps before it. Dynamic shared memory: (warps + 1) experts ints.
struct Group {
  const int *chosen;  // [columns]
  int *starts, *order;
  int columns, experts;
};

// Lanes that chose the same as this one.
__device__ __forceinline__ unsigned same(int e, int experts) {
  unsigned mask = ~0u;
  for (int bit = 1; bit <= experts; bit <<= 1) {
    unsigned set = __ballot_sync(~0u, e & bit);
    mask &= e & bit ? set : ~set;
  }
  return mask;
}

extern "C" __global__ void __launch_bounds__(256) group(Group p) {
  extern __shared__ int counts[];  // [warps][experts], then of all
  int n = p.experts, warps = blockDim.x / 32, warp = threadIdx.x / 32, lane = threadIdx.x & 31;
  int stretch = (p.columns + 32 * warps - 1) / (32 * warps) * 32;
  int from = warp * stretch, to = min(p.columns, from + stretch);
  int *own = counts + warp * n, *all = counts + warps * n;
  for (int i = threadIdx.x; i < warps * n; i += blockDim.x) counts[i] = 0;
  __syncthreads();
  for (int c = from + lane; c < to; c += 32) {
    int e = p.chosen[c];
    if ((unsigned)e < n) atomicAdd(own + e, 1);
  }
  __syncthreads();
  for (int e = threadIdx.x; e < n; e += blockDim.x) {
    int sum = 0;
    for (int w = 0; w < warps; w++) {
      int count = counts[w * n + e];
      counts[w * n + e] = sum;
      sum += count;
    }
    all[e] = sum;
  }
  __syncthreads();
  if (warp == 0) {
    int before = 0;
    for (int first = 0; first < n; first += 32) {
      int e = first + lane, count = e < n ? all[e] : 0, sum = count;
#pragma unroll
      for (int i = 1; i < 32; i <<= 1) {
        int other = __shfl_up_sync(~0u, sum, i);
        if (lane >= i) sum += other;
      }
      if (e < n) p.starts[e] = all[e] = before + sum - count;
      before += __shfl_sync(~0u, sum, 31);
    }
    if (lane == 0) p.starts[n] = before;
  }
  __syncthreads();
  for (int first = from; first < to; first += 32) {
    int c = first + lane, e = c < to ? p.chosen[c] : n;
    e = (unsigned)e < n ? e : n;
    unsigned mask = same(e, n);
    if (e < n) p.order[all[e] + own[e] + __popc(mask & (1u << lane) - 1)] = c;
    __syncwarp();
    if (e < n && lane == __ffs(mask) - 1) own[e] += __popc(mask);
    __syncwarp();
  }
}
