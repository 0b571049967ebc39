// Norms of runs of values, and turns of pairs of them.
#include "float_math.cuh"

struct Norm {
  const float *x;
  float *out;
  const float *weight;  // or null
  const float *bias;    // or null
  int width, from, step, stride;
  int out_from, out_step, out_stride;
  int weight_step;  // between the weights of runs; 0 where all have the same
  int layer;        // 0: x / sqrt(mean(x^2) + eps); 1: of x - mean
  float eps;
};

// Sum over a block of 128 threads, the same in all of them.
__device__ __forceinline__ float block_sum(float v, float *parts) {
  v = warp_sum(v);
  __syncthreads();  // who still reads the last sum's parts
  if ((threadIdx.x & 31) == 0) parts[threadIdx.x >> 5] = v;
  __syncthreads();
  return (parts[0] + parts[1]) + (parts[2] + parts[3]);
}

// A block for each run of each row.
extern "C" __global__ void __launch_bounds__(128) normalise(Norm p) {
  __shared__ float parts[4];
  const float *x = p.x + (size_t)blockIdx.y * p.stride + p.from + blockIdx.x * p.step;
  float *out = p.out + (size_t)blockIdx.y * p.out_stride + p.out_from + blockIdx.x * p.out_step;
  const float *w = p.weight ? p.weight + blockIdx.x * p.weight_step : nullptr;
  float mean = 0.0f;
  if (p.layer) {
    float sum = 0.0f;
    for (int i = threadIdx.x; i < p.width; i += 128) sum += x[i];
    mean = block_sum(sum, parts) / p.width;
  }
  float square = 0.0f;
  for (int i = threadIdx.x; i < p.width; i += 128) square += (x[i] - mean) * (x[i] - mean);
  float scale = 1.0f / sqrtf(block_sum(square, parts) / p.width + p.eps);
  for (int i = threadIdx.x; i < p.width; i += 128) {
    float v = (x[i] - mean) * scale;
    if (w) v *= w[i];
    if (p.bias) v += p.bias[i];
    out[i] = v;
  }
}

// Turns the first pairs of every run. Angles come from the host, so that they are the CPU's.
struct Rotate {
  float *x;
  const float *angles;  // [row][cos of all pairs, then sin of all pairs]
  int pairs, from, step, stride, neox;
};

extern "C" __global__ void __launch_bounds__(128) rotate(Rotate p) {
  float *x = p.x + (size_t)blockIdx.y * p.stride + p.from + blockIdx.x * p.step;
  const float *angles = p.angles + (size_t)blockIdx.y * 2 * p.pairs;
  for (int i = threadIdx.x; i < p.pairs; i += 128) {
    float *a = x + (p.neox ? i : 2 * i), *b = p.neox ? a + p.pairs : a + 1;
    float c = angles[i], s = angles[p.pairs + i], u = *a, v = *b;
    *a = u * c - v * s;
    *b = u * s + v * c;
  }
}
